from pathlib import Path

RELATIVE = 70
LATE = 71
LOCAL_TWO = 72


def made_at_import(number):
    return number * 1


MADE = made_at_import(73)
WORDS = Path(__file__).parents[2].joinpath("data/at_import.txt").read_text().split()

"""One function for each way in which code reaches something else."""

import functools
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache as memo
from pathlib import Path

import numpy as np

import scripts.kit.parts
import scripts.kit.parts as aliased_parts
from scripts import kit
from scripts.kit import REEXPORTED, STARRED, reexported_function
from scripts.kit.numbers import MADE, WORDS
from scripts.kit.parts import ALIASED as RENAMED
from scripts.kit.parts import relative

DATA = Path(__file__).parents[1] / "data"
CONSTANT = 1
INDIRECT_BASE = 2
INDIRECT = INDIRECT_BASE + 0
MUTATED = {}
MUTATED["x"] = 3
UPDATED = {}
UPDATED.update(x=4)
FILLED = [0]
LOOPED = {}
for _key in ("a", "b"):
    LOOPED[_key] = 5
try:
    from scripts.kit.parts import DEEP as TRIED
except ImportError:
    TRIED = None
POOL = ThreadPoolExecutor(1)


def fill(numbers, value):
    numbers.append(value)


fill(FILLED, 6)


def constant():
    return CONSTANT


def indirect():
    return INDIRECT


def mutated():
    return MUTATED["x"]


def updated():
    return UPDATED["x"]


def filled():
    return FILLED[-1]


def looped():
    return LOOPED["b"]


def tried():
    return TRIED


def chained():
    return scripts.kit.parts.DEEP


def through_alias():
    return aliased_parts.DEEP


def through_package():
    return kit.parts.DEEP


def dynamic():
    return getattr(aliased_parts, "DYNAMIC")


def renamed():
    return RENAMED


def reexported():
    return REEXPORTED


def calls_reexported():
    return reexported_function()


def starred():
    return STARRED


def relative_import():
    return relative()


def made():
    return MADE


def words_at_import():
    return len(WORDS)


def late_import():
    from scripts.kit.late import LATE_CONSTANT

    return LATE_CONSTANT


def late_import_again():
    from scripts.kit import late

    return late.LATE_CONSTANT


def local_one():
    from scripts.kit.parts import LOCAL_ONE as local

    return local


def local_two():
    from scripts.kit.numbers import LOCAL_TWO as local

    return local


class Base:
    factor = 10
    unused = 11

    def inherited(self):
        return self.factor + 1

    def overridden(self):
        return 12


class Child(Base):
    own = 13

    def method(self):
        return self.own + 14

    @property
    def looks(self):
        return 15

    @staticmethod
    def still():
        return 16

    @classmethod
    def of_class(cls):
        return cls.own + 17

    def never_called(self):
        return 18


def class_attribute():
    return Child.own


def method():
    return Child().method()


def inherited():
    return Child().inherited()


def overridden():
    return Child().overridden()


def property_():
    return Child().looks


def static_method():
    return Child.still()


def class_method():
    return Child.of_class()


def scaled(by):
    def decorate(function):
        @functools.wraps(function)
        def wrapper():
            return function() * by + 0

        return wrapper

    return decorate


SCALE = 20


@scaled(SCALE)
def decorated():
    return 2


def addend():
    return 21


def bound(function):
    return functools.partial(function, addend())


@bound
def bound_at_import(number):
    return number


DEFAULT = 22


def default_argument(number=DEFAULT):
    return number


def default_of():
    return 23


def default_called(number=default_of()):
    return number


def nested():
    def inner():
        return 24

    return inner()


as_lambda = lambda: 25

OPERATIONS = {}


def chosen():
    return 26


def not_chosen():
    return 27


OPERATIONS = {"chosen": chosen, "not_chosen": not_chosen}
LAMBDAS = {}
LAMBDAS["one"] = lambda: 28


def from_dict():
    return OPERATIONS["chosen"]()


def other_from_dict():
    return OPERATIONS["not_chosen"]()


def lambda_from_dict():
    return LAMBDAS["one"]()


def below_cache():
    return 29


@functools.cache
def cached():
    return below_cache()


def first_cached():
    return cached()


def second_cached():
    return cached() + 0


def below_memo():
    return 30


@memo
def memoized():
    return below_memo()


def first_memo():
    return memoized()


def second_memo():
    return memoized() + 0


_KEPT = {}


def below_kept():
    return 31


def kept_by_hand():
    if "x" not in _KEPT:
        _KEPT["x"] = below_kept()
    return _KEPT["x"]


def first_kept():
    return kept_by_hand()


def second_kept():
    return kept_by_hand() + 0


class Lazy(Base):
    @functools.cached_property
    def total(self):
        return self.helped() + self.inherited()

    def helped(self):
        return 32


LAZY = Lazy()


def first_lazy():
    return LAZY.total


def second_lazy():
    return LAZY.total + 0


def steps_of_generator():
    yield 33


def generator():
    return sum(steps_of_generator())


def in_thread_below():
    return 34


def in_thread():
    found = []
    thread = threading.Thread(target=lambda: found.append(in_thread_below()))
    thread.start()
    thread.join()
    return found[0]


def in_pool_below():
    return 35


def in_pool():
    return POOL.submit(in_pool_below).result()


def in_pool_again_below():
    return 36


def in_pool_again():
    return POOL.submit(in_pool_again_below).result()


def sort_key(number):
    return -number + 0


def as_key():
    return sorted([37, 1], key=sort_key)[0]


def opened_file():
    with open(DATA / "opened.txt") as file:
        return len(file.read())


def path_file():
    return len((DATA / "path.txt").read_text())


def bytes_file():
    with open(bytes(DATA / "bytes.txt")) as file:
        return len(file.read())


def numpy_file():
    return int(np.load(DATA / "numbers.npy").sum())


def mapped_file():
    return int(np.memmap(DATA / "mapped.bin", dtype=np.int8, mode="r+").sum())


def listed_folder():
    return len(list((DATA / "folder").glob("*.txt")))


@functools.cache
def text_of(name):
    return (DATA / f"{name}.txt").read_text()


def first_cached_file():
    return len(text_of("cached-one"))


def second_cached_file():
    return len(text_of("cached-one") + text_of("cached-two"))


def optional_file():
    try:
        return len((DATA / "optional.txt").read_text())
    except FileNotFoundError:
        return 0


def written_file():
    scratch = DATA / "scratch.txt"
    scratch.write_text("x")
    return 38


def shadow(CONSTANT):
    return CONSTANT + 0


def shadowed():
    return shadow(39)


def standard():
    return json.loads("40")

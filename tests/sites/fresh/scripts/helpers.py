"""What the tiny chapter computes with."""

FACTOR = 3


def count(start: int) -> int:
    """`start`, scaled."""
    return start * FACTOR


def rows(start: int) -> list[dict]:
    """Three rows."""
    return [{"n": n, "word": f"word {n}"} for n in range(start, start + 3)]

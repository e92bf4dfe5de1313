"""Whether a hash that somebody recorded is one that the source list still stands for."""

from itertools import product

from embedguide.sources.fetching import combined_hash
from embedguide.sources.registry import Source


def accepts(source: Source, sha256: str) -> bool:
    """Return whether files with this combined hash are the source as it is declared now.

    A file that is declared without a hash (hub-only models) can be any; one with variants can be each of them.
    """
    if any(file.sha256 is None for file in source.files) or not source.files:
        return True
    choices = [[(file.name, h) for h in (file.sha256, *(v.sha256 for v in file.variants))] for file in source.files]
    return any(combined_hash({name: str(h) for name, h in chosen}) == sha256 for chosen in product(*choices))

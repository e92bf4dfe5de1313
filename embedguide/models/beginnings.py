"""What many items have in common at their start: read once, its keys and values kept for all of them."""

import copy
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Beginning:
    """The first tokens of many items, as a model that reads from left to right has read them.

    No later token changes them, so items of one beginning need it only once. `cache`: transformers' keys and values of
    one item, never changed here.
    """

    ids: tuple[int, ...]
    cache: Any

    def repeated(self, n_items: int) -> Any:
        """Return the keys and values for a batch, a copy: a model appends to what it is given."""
        cache = copy.deepcopy(self.cache)
        cache.batch_repeat_interleave(n_items)
        return cache

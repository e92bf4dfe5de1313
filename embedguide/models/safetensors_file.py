"""Safetensors files read in place: one tensor in blocks of rows, bfloat16 too, without torch.

Source: https://github.com/huggingface/safetensors#format
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embedguide.models.errors import ModelError

_DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}


@dataclass(frozen=True)
class SafeTensor:
    """Where one tensor lies: `dtype` as safetensors names it, `start` and `stop` in the file."""

    path: Path
    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    stop: int

    def row_blocks(self, block: int = 4096) -> Iterator[np.ndarray]:
        """Yield the tensor in order, float32, `block` rows at a time."""
        for first in range(0, self.shape[0], block):
            yield self.rows(first, first + block)

    def rows(self, first: int, last: int) -> np.ndarray:
        """Return rows `first` to `last` (exclusive, cut at the end), float32."""
        stored = np.memmap(self.path, dtype=_DTYPES[self.dtype], mode="r", offset=self.start, shape=self.shape)
        values = np.asarray(stored[first:last])
        if self.dtype == "BF16":  # the upper half of a float32
            return (values.astype(np.uint32) << 16).view(np.float32)
        return values.astype(np.float32)


def read_safetensors(paths: list[Path]) -> dict[str, SafeTensor]:
    """Return every tensor of the safetensors files by name; only the headers are read.

    Raises:
        ModelError: a file is damaged or cut short.
    """
    return {tensor.name: tensor for path in paths for tensor in _tensors(path)}


def _tensors(path: Path) -> Iterator[SafeTensor]:
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        try:
            if length > size - 8:
                raise ValueError(f"the header ends at byte {length + 8}, the file at {size}")
            header = json.loads(file.read(length))
            for name, entry in header.items():
                if name == "__metadata__":
                    continue
                start, stop = (8 + length + offset for offset in entry["data_offsets"])
                if stop > size:
                    raise ValueError(f"{name} ends at byte {stop}, the file at {size}")
                yield SafeTensor(path, name, entry["dtype"], tuple(entry["shape"]), start, stop)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(
                f"{path.name} is no whole safetensors file: {error}. Delete the file and fetch it again."
            ) from error

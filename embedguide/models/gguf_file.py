"""GGUF files read in place: the header in half a second, a tensor in blocks of rows.

The `gguf` package's own reader builds a numpy array per word of the vocabulary: 14 s for Qwen's 151,936
tokens. The format is small enough to read here; only the arithmetic of the quantisations is left to that
package. Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from embedguide.models.errors import ModelError, require_package

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9


@dataclass(frozen=True)
class GgufTensor:
    """Where one tensor lies: `shape` (rows first), `type_number` (its quantisation), `offset` in the file."""

    name: str
    shape: tuple[int, ...]
    type_number: int
    offset: int


@dataclass(frozen=True)
class GgufFile:
    """A GGUF file whose header has been read: `fields` (the metadata) and `tensors` by name."""

    path: Path
    fields: dict[str, Any]
    tensors: dict[str, GgufTensor]

    @cached_property
    def architecture(self) -> str:
        """Return the architecture that the file names, for example `llama`."""
        return str(self.fields.get("general.architecture", "none"))

    @cached_property
    def _bytes(self) -> np.ndarray:
        return np.memmap(self.path, dtype=np.uint8, mode="r")

    def quantisation(self, name: str) -> str:
        """Return the quantisation of a tensor as GGUF names it, for example `Q8_0`."""
        kinds = require_package("gguf", "Reading a GGUF file").GGMLQuantizationType
        number = self.tensors[name].type_number
        try:
            return str(kinds(number).name)
        except ValueError:
            raise ModelError(f"{self.path.name}: tensor {name!r} has the unknown quantisation {number}.") from None

    def bits(self, name: str) -> float:
        """Return how many bits the file spends on one number of a tensor."""
        tensor = self.tensors[name]
        return 8 * self._row_bytes(tensor) / tensor.shape[-1]

    def rows(self, name: str, first: int = 0, last: int | None = None) -> np.ndarray:
        """Return rows `first` to `last` (exclusive) of a tensor, float32 `(n_rows, n_columns)`.

        A tensor of one dimension is one row.

        Raises:
            ModelError: the file ends before the tensor does.
        """
        tensor = self.tensors[name]
        n_rows, row_bytes = int(np.prod(tensor.shape[:-1])), self._row_bytes(tensor)
        last = n_rows if last is None else min(last, n_rows)
        start, stop = tensor.offset + first * row_bytes, tensor.offset + last * row_bytes
        if stop > len(self._bytes):
            raise ModelError(
                f"{self.path.name} is cut short: {name} ends at byte {stop}, the file at {len(self._bytes)}. "
                "Delete the file and fetch it again."
            )
        quants = require_package("gguf", "Reading a GGUF file")
        kind = quants.GGMLQuantizationType(tensor.type_number)
        raw = np.array(self._bytes[start:stop]).reshape(last - first, row_bytes)
        return np.asarray(quants.dequantize(raw, kind), dtype=np.float32)

    def row_blocks(self, name: str, block: int = 4096) -> Iterator[np.ndarray]:
        """Yield a tensor in order, `block` rows at a time, so that memory stays at a few megabytes."""
        n_rows = int(np.prod(self.tensors[name].shape[:-1]))
        for first in range(0, n_rows, block):
            yield self.rows(name, first, first + block)

    def _row_bytes(self, tensor: GgufTensor) -> int:
        self.quantisation(tensor.name)  # a named error for a number that this `gguf` package does not know
        quants = require_package("gguf", "Reading a GGUF file")
        kind = quants.GGMLQuantizationType(tensor.type_number)
        return int(quants.quant_shape_to_byte_shape(tensor.shape[-1:], kind)[-1])


def read_gguf(path: Path) -> GgufFile:
    """Return a GGUF file with its header read (versions 2 and 3, little-endian).

    Raises:
        ModelError: the file is no GGUF file, is of another version, or its header is cut short.
    """
    with path.open("rb") as file:
        head = file.read(8)
    if head[:4] != b"GGUF" or len(head) < 8 or int.from_bytes(head[4:8], "little") not in (2, 3):
        raise ModelError(f"{path.name} is no GGUF file of version 2 or 3: it begins with {head!r}.")
    reader = _Reader(np.memmap(path, dtype=np.uint8, mode="r").data)
    try:
        n_tensors, n_fields = reader.number("Q"), reader.number("Q")
        fields = {reader.string(): reader.value(reader.number("I")) for _ in range(n_fields)}
        found = [reader.tensor() for _ in range(n_tensors)]
    except (struct.error, UnicodeDecodeError, KeyError) as error:
        raise ModelError(
            f"{path.name}: the GGUF header is damaged near byte {reader.position} ({error}). "
            "Delete the file and fetch it again."
        ) from error
    alignment = int(fields.get("general.alignment", 32))
    start = -(-reader.position // alignment) * alignment
    tensors = {t.name: GgufTensor(t.name, t.shape, t.type_number, start + t.offset) for t in found}
    return GgufFile(path, fields, tensors)


def embedding_tensor(file: GgufFile) -> tuple[str, bool]:
    """Return which tensor of a GGUF file is the table, and whether input and output share it.

    A file may hold a tied table twice at two quantisations (Qwen2.5: `output.weight` Q8_0,
    `token_embd.weight` Q5_0). Two tables count as one if the median row differs by less than a tenth of its
    length (Qwen2.5: 4.3 %); the one with more bits per number is then the table of both ends.
    """
    first, second = "token_embd.weight", "output.weight"
    if first not in file.tensors:
        raise ModelError(f"{file.path.name} has no tensor {first!r}: not a language model.")
    if second not in file.tensors:
        return first, True
    if file.tensors[first].shape != file.tensors[second].shape:
        return first, False
    sample = range(0, file.tensors[first].shape[0], max(1, file.tensors[first].shape[0] // 512))
    one, other = (np.concatenate([file.rows(name, i, i + 1) for i in sample]) for name in (first, second))
    lengths = np.linalg.norm(other, axis=1)
    difference = np.linalg.norm(one - other, axis=1)[lengths > 0] / lengths[lengths > 0]
    if not len(difference) or np.median(difference) >= 0.1:
        return first, False
    return max((first, second), key=file.bits), True


class _Reader:
    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.position = 8

    def number(self, code: str) -> Any:
        (value,) = struct.unpack_from("<" + code, self.data, self.position)
        self.position += struct.calcsize("<" + code)
        return value

    def string(self) -> str:
        length = self.number("Q")
        if self.position + length > len(self.data):
            raise struct.error(f"a text of {length} bytes reaches past the end")
        raw = bytes(self.data[self.position : self.position + length])
        self.position += length
        return raw.decode()

    def value(self, kind: int) -> Any:
        if kind == _STRING:
            return self.string()
        if kind != _ARRAY:
            return self.number(_SCALARS[kind])
        item, length = self.number("I"), self.number("Q")
        if item in (_STRING, _ARRAY):
            return [self.value(item) for _ in range(length)]
        values = struct.unpack_from(f"<{length}{_SCALARS[item]}", self.data, self.position)
        self.position += struct.calcsize(f"<{length}{_SCALARS[item]}")
        return list(values)

    def tensor(self) -> GgufTensor:
        name, n_dims = self.string(), self.number("I")
        shape = tuple(self.number("Q") for _ in range(n_dims))
        return GgufTensor(name, shape[::-1], self.number("I"), self.number("Q"))

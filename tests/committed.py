"""What tests of chapters share: the committed results as they lie on disk, and weights read without our own reader."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from embedguide.sources import fetch

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "docs/assets/results"
# Which tensor of the file is the table (the house's rule for Qwen: the copy with more bits).
TABLE_TENSOR = {"smollm2-135m": "token_embd.weight", "qwen2.5-0.5b": "output.weight"}


class Committed:
    """The committed results of one chapter."""

    def __init__(self, chapter: str) -> None:
        self.chapter = chapter
        self.folder = RESULTS / chapter

    def document(self, name: str, model: str | None = None) -> dict[str, Any]:
        """A result as it lies on disk."""
        return json.loads((self.folder / (f"{name}.{model}.json" if model else f"{name}.json")).read_bytes())

    def value(self, name: str, model: str | None = None) -> Any:
        """The number or text of a value."""
        return self.document(name, model)["value"]

    def records(self, name: str, model: str | None = None) -> list[dict[str, Any]]:
        """The rows of a table, or of a figure's data, as dicts."""
        found = self.document(name, model)
        names = [column["name"] for column in found["columns"]]
        return [dict(zip(names, row, strict=True)) for row in found["rows"]]

    def claims(self, model: str | None = None) -> list[dict[str, Any]]:
        """The chapter's entries of claims.json; of one model, where one is named."""
        claims = json.loads((RESULTS / "claims.json").read_bytes())["claims"]
        return [c for c in claims if c["chapter"] == self.chapter and model in (None, c["model"])]

    def script(self) -> ModuleType:
        """The chapter's script as a module; nothing of it is computed."""
        path = ROOT / "scripts/chapters" / f"{self.chapter}.py"
        spec = importlib.util.spec_from_file_location(f"{self.chapter}_script", path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module


def read_table(model: str, ids: Sequence[int] | None = None) -> np.ndarray:
    """A model's token table, or the rows of `ids`, read with the gguf package alone, ``(n_rows, n_dims)``."""
    from gguf.quants import dequantize

    tensor = _tensor(model)
    data = tensor.data if ids is None else tensor.data[np.asarray(ids)]
    return dequantize(data, tensor.tensor_type)


@cache
def _tensor(model: str) -> Any:
    """The tensor on disk; gguf takes ten seconds to list what is in a file with a large vocabulary."""
    from gguf import GGUFReader

    (path,) = (p for p in fetch(model).paths.values() if p.suffix == ".gguf")
    return next(t for t in GGUFReader(path).tensors if t.name == TABLE_TENSOR[model])


def unit(rows: np.ndarray) -> np.ndarray:
    """Rows divided by their lengths, float64."""
    rows = np.asarray(rows, dtype=np.float64)
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)

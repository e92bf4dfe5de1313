"""What each block adds to the residual stream: by attention, by the MLP, and by which neurons of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from embedguide.models.errors import ModelError, require_package
from embedguide.models.language_model import LanguageModel
from embedguide.models.large import weights_of

# Models that norm what a branch gives, instead of what it reads, name these norms so.
_AFTER = {"attention": "post_attention_layernorm", "mlp": "post_feedforward_layernorm"}


class BlockWrite(NamedTuple):
    """What one block adds at the last position of each item.

    `attention`, `mlp`: what the two branches add, ``(n_items, n_dims)``. `neurons`: the length of what each neuron of
    the MLP adds, ``(n_items, n_neurons)``, or None where the MLP has no single output matrix. `unexplained`: largest
    difference between what the block changed and the sum of the two, as a share of the largest number in the stream.
    """

    attention: np.ndarray
    mlp: np.ndarray
    neurons: np.ndarray | None
    unexplained: float


def block_writes(model: LanguageModel, items: Sequence[Sequence[int]]) -> list[BlockWrite]:
    """Return what every block adds at the last position of items of equal length, block by block.

    Raises:
        ModelError: a block has no attention or no MLP that can be told apart.
    """
    parts = [_branches(model, block) for block in model._parts.blocks]
    seen: list[dict[str, Any]] = [{} for _ in parts]
    handles = []
    for (attention, mlp, out), kept in zip(parts, seen, strict=True):
        handles.append(attention.register_forward_hook(_keep_output(kept, "attention")))
        handles.append(mlp.register_forward_hook(_keep_output(kept, "mlp")))
        if out is not None:
            handles.append(out.register_forward_pre_hook(_keep_input(kept)))
    try:
        states = np.stack(model.hidden_states(list(items)), axis=1)[:, :, -1]
    finally:
        for handle in handles:
            handle.remove()
    return [
        _write_of(states[layer], states[layer + 1], kept, out)
        for layer, ((_, _, out), kept) in enumerate(zip(parts, seen, strict=True))
    ]


def count_norms(model: LanguageModel) -> int:
    """Return how many norms of the full width the first block holds; norms inside of attention do not count."""
    found = [part for part in model._parts.blocks[0].children() if "norm" in type(part).__name__.lower()]
    return sum(getattr(part, "weight", np.empty(0)).shape == (model.n_dims,) for part in found)


def _branches(model: LanguageModel, block: Any) -> tuple[Any, Any, Any | None]:
    """The modules whose outputs are added to the stream, and the matrix that ends the MLP."""
    named = dict(block.named_children())
    attention = next((m for n, m in named.items() if "attn" in n or n == "attention"), None)
    mlp = next((m for n, m in named.items() if n in ("mlp", "feed_forward", "ffn")), None)
    if attention is None or mlp is None:
        raise ModelError(f"{model.name!r}: a block of attention and MLP expected, got {', '.join(named)}.")
    matrices = [part for part in mlp.modules() if getattr(getattr(part, "weight", None), "ndim", 0) == 2]
    out = matrices[-1] if matrices and _AFTER["mlp"] not in named else None
    if _AFTER["mlp"] in named:
        attention, mlp = named[_AFTER["attention"]], named[_AFTER["mlp"]]
    return attention, mlp, out


def _keep_output(kept: dict[str, Any], name: str) -> Any:
    def keep(_module: Any, _inputs: Any, output: Any) -> None:
        value = output[0] if isinstance(output, tuple) else output
        kept[name] = value[:, -1].detach().numpy().copy()

    return keep


def _keep_input(kept: dict[str, Any]) -> Any:
    def keep(_module: Any, inputs: Any) -> None:
        kept["neurons"] = inputs[0][:, -1].detach().numpy().copy()

    return keep


def _write_of(before: np.ndarray, after: np.ndarray, kept: dict[str, Any], out: Any | None) -> BlockWrite:
    torch = require_package("torch", "Reading what a block adds")
    difference = np.abs(before + kept["attention"] + kept["mlp"] - after).max() / np.abs(after).max()
    neurons = None
    if out is not None:
        # A linear layer keeps a neuron's vector in a column; GPT-2's Conv1D in a row.
        with weights_of(out):
            lengths = out.weight.norm(dim=0 if isinstance(out, torch.nn.Linear) else 1).detach().numpy()
        neurons = np.abs(kept["neurons"]) * lengths
    return BlockWrite(kept["attention"], kept["mlp"], neurons, float(difference))

"""What one step of training would do to a model's token table: the gradient of the next-token loss."""

from typing import Any, NamedTuple

import numpy as np

from embedguide.models.errors import ModelError, require_package
from embedguide.models.language_model import LanguageModel


class TableGradient(NamedTuple):
    """The gradient of the table for one text, taken apart by the two ways it comes.

    `through_input`: length of the gradient at each position of the text, float64 `(n_tokens_of_text,)`.
    `whole`: length of the gradient of each row of the table, float64 `(n_tokens,)`, both ways together where the
    output layer is tied to the table.
    """

    through_input: np.ndarray
    whole: np.ndarray


def gradient_of_table(model: LanguageModel, text: str) -> TableGradient:
    """Return the gradient of the mean next-token loss of a text with respect to the token table.

    Args:
        model: a model that predicts the next token.
        text: two tokens or more.

    Raises:
        ModelError: the model does not predict the next token, or the text is too short.
    """
    torch = require_package("torch", "Taking a gradient")
    ids = model.table.tokenize(text)
    if not model.predicts_next or len(ids) < 2:
        raise ModelError(
            f"a model that predicts and a text of two tokens or more expected, got {model!r} and {text!r}."
        )
    weight, given = model._parts.embedding.weight, []

    def keep(_module: object, _inputs: object, output: Any) -> None:
        output.retain_grad()
        given.append(output)

    needed = weight.requires_grad
    handle = model._parts.embedding.register_forward_hook(keep)
    try:
        weight.requires_grad_(True)
        tokens = torch.tensor([ids])
        with torch.enable_grad():
            model._module(input_ids=tokens, labels=tokens, use_cache=False).loss.backward()
        by_position = given[0].grad[0].double().norm(dim=1).numpy()
        whole = weight.grad.double().norm(dim=1).numpy()
    finally:
        handle.remove()
        weight.grad = None
        weight.requires_grad_(needed)
    return TableGradient(by_position, whole)

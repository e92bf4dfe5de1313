"""A language model or encoder opened for looking inside: hidden states, probabilities, an embedding hook."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from embedguide.models.beginnings import Beginning
from embedguide.models.converted import open_converted
from embedguide.models.errors import ModelError
from embedguide.models.gguf_file import read_gguf
from embedguide.models.language_model_conversion import convert_gguf_model, gguf_path
from embedguide.models.language_model_parts import ModelParts, find_parts, load_module
from embedguide.models.large import load_fitting
from embedguide.models.token_table import TokenTable, token_table_of
from embedguide.sources import LocalSource, Source, fetch

_CONVERTED_BY: tuple[Callable[..., Any], ...] = (convert_gguf_model, read_gguf)
_MADE_BY: tuple[Callable[..., Any], ...] = (*_CONVERTED_BY, load_module, find_parts)
_TOKENS_PER_PASS = 4096
Item = str | Sequence[int]


def open_language_model(name: str | Source) -> "LanguageModel":
    """Return the language model (or encoder) of a source; the first time it is fetched and converted.

    GGUF files are converted once to safetensors in the cache; safetensors of the hub are used as they are.
    The weights are held as float32, attention is computed step by step ("eager"), on one thread.

    Args:
        name: a name of the list of sources (`smollm2-135m`, `minilm-l6`), a hub id, a folder, or a `Source`.

    Raises:
        ModelError: the source is no language model known here, or `torch` or `transformers` is missing.
        SourceError: the source cannot be had.
    """
    local = fetch(name)
    if gguf_path(local):
        folder, _ = open_converted(local, "model", _CONVERTED_BY, convert_gguf_model)
    elif "config.json" in local.paths and any(file.endswith(".safetensors") for file in local.paths):
        folder = local.folder
    else:
        raise ModelError(
            f"{local.source.name!r} is no language model: a .gguf file, or .safetensors with config.json "
            f"expected, got {', '.join(sorted(local.paths))}."
        )
    return LanguageModel(local, folder)


class LanguageModel:
    """A transformer whose residual stream can be read at every layer.

    Attributes:
        source: the files that it was made from.
        name: of the source.
        title: of the source, for people.
        n_layers: how many blocks it has.
        n_dims: width of its hidden states.
        predicts_next: whether it predicts the next token; False for encoders such as MiniLM.
        n_parameters: how many numbers it was trained to; a tied table counts once.
        made_by: the functions that converted and loaded it.
    """

    made_by: tuple[Callable[..., Any], ...] = _MADE_BY

    def __init__(self, local: LocalSource, folder: Path) -> None:
        """Load the model that lies in `folder` (`open_language_model` is the way in)."""
        self.source = local
        self.name = local.source.name
        self.title = local.source.title
        self._module = load_fitting(folder, local.source.name)
        self._parts: ModelParts = find_parts(self._module, self.name)
        self.n_layers: int = len(self._parts.blocks)
        self.n_dims: int = self._module.config.hidden_size
        self.predicts_next: bool = self._parts.predicts_next
        self.n_parameters: int = sum(parameter.numel() for parameter in self._module.parameters())

    def __repr__(self) -> str:
        """Return the name, the number of layers and the width."""
        return f"<LanguageModel {self.name} {self.n_layers} layers x {self.n_dims}>"

    @cached_property
    def table(self) -> TokenTable:
        """Return the token table of the same source, opened when first needed."""
        return token_table_of(self.source)

    def hidden_states(self, items: Sequence[Item]) -> list[np.ndarray]:
        """Return the hidden states of each item, float32 `(n_layers + 1, n_tokens, n_dims)`, in a list.

        Layer 0 is what enters the first block: the rows of the token table (in GPT-2 and BERT with the
        position added). Layer l is what leaves block l, before the final norm (`final_norm` applies it).
        Nothing is padded: items of equal length go through the model together, so no number depends on a
        longer neighbor.

        Args:
            items: token ids or texts; a text is tokenized with what the model expects around it (`[CLS]`,
                `[SEP]`).

        Raises:
            ModelError: an item is empty or holds an id that the model does not have.
        """
        found: dict[int, np.ndarray] = {}
        for places, ids in self._batches(items):
            states = self._run(ids)
            found.update({place: states[:, i] for i, place in enumerate(places)})
        return [found[i] for i in range(len(items))]

    def last_hidden_states(self, items: Sequence[Item]) -> np.ndarray:
        """Return the hidden state of the last token of each item, float32 `(n_layers + 1, n_items, n_dims)`.

        See `hidden_states`. Only the last tokens are kept, so that many long items fit into memory.
        """
        states = np.empty((self.n_layers + 1, len(items), self.n_dims), dtype=np.float32)
        for places, ids in self._batches(items):
            states[:, places] = self._run(ids)[:, :, -1]
        return states

    def final_norm(self, states: np.ndarray) -> np.ndarray:
        """Return hidden states after the model's final norm, float32, the same shape `(..., n_dims)`.

        Encoders such as BERT norm inside every block and have none at the end: their states come back as
        they are.
        """
        torch = _torch()
        with torch.inference_mode():
            given = torch.from_numpy(np.array(states, dtype=np.float32))
            return np.asarray(given if self._parts.norm is None else self._parts.norm(given))

    def next_token_probabilities(self, item: Item) -> np.ndarray:
        """Return the probability of every token to come next, float32 `(n_tokens,)`.

        Args:
            item: token ids or a text, at least one token.

        Raises:
            ModelError: the model is an encoder, or the item is empty.
        """
        if not self.predicts_next:
            raise ModelError(
                f"{self.name!r} is an encoder and predicts no next token. "
                "Choose a language model such as 'smollm2-135m'."
            )
        torch = _torch()
        ids = self._token_ids(item)
        with torch.inference_mode():
            logits = self._module(input_ids=torch.tensor([ids]), use_cache=False).logits[0, -1]
            return np.asarray(torch.softmax(logits.double(), dim=-1).float())

    def attentions(self, items: Sequence[Item]) -> list[np.ndarray]:
        """Return what each position of each item attends to, float32 `(n_layers, n_heads, n_tokens, n_tokens)`.

        Entry `[l, h, i, j]` is the weight that head h of block l + 1 gives to position j when it reads for
        position i; the weights of one i sum to 1, save in models that let part of it go to no position.

        Raises:
            ModelError: as `hidden_states`, or the model does not tell its attention.
        """
        torch = _torch()
        found: dict[int, np.ndarray] = {}
        named = {"use_cache": False} if self.predicts_next else {}
        for places, ids in self._batches(items):
            with torch.inference_mode():
                layers = self._parts.body(input_ids=torch.tensor(ids), output_attentions=True, **named).attentions
            if not layers or layers[0] is None:
                raise ModelError(
                    f"{self.name!r} does not tell its attention weights. Choose a model with plain attention."
                )
            weights = np.stack([_as_array(layer) for layer in layers])
            found.update({place: weights[:, i] for i, place in enumerate(places)})
        return [found[i] for i in range(len(items))]

    def read_beginning(self, ids: Sequence[int]) -> Beginning:
        """Return what the model keeps of the first tokens of items, for `next_token_probabilities_of`.

        Raises:
            ModelError: the model is an encoder, whose first tokens depend on the later ones, or there is no token.
        """
        self._require_prediction()
        torch = _torch()
        first = self._token_ids(ids)
        with torch.inference_mode():
            cache = self._parts.body(input_ids=torch.tensor([first]), use_cache=True).past_key_values
        return Beginning(tuple(first), cache)

    def next_token_probabilities_of(
        self, items: Sequence[Item], token_ids: Sequence[int] | None = None, after: Beginning | None = None
    ) -> np.ndarray:
        """Return the probability of tokens to come next after each item, float32 `(n_items, n_tokens)`.

        Items of equal length go through the model together, so that many short items take little time; an
        embedding hook gets them in their order. The same numbers as `next_token_probabilities`, up to the
        rounding of float32, which depends on how many items go together.

        Args:
            items: token ids or texts, at least one token each.
            token_ids: whose probabilities to keep, in this order, `(n_items, len(token_ids))`; all by default.
            after: what stands before every item, already read; a hook sees nothing of it.

        Raises:
            ModelError: the model is an encoder, or an item is empty.
        """
        self._require_prediction()
        torch = _torch()
        kept = slice(None) if token_ids is None else np.asarray(token_ids, dtype=np.int64)
        # A tensor and not the number 1, which keeps a slice that torch then multiplies item by item: ten times slower.
        last = torch.tensor([-1])
        found: dict[int, np.ndarray] = {}
        for places, ids in self._batches(items):
            with torch.inference_mode():
                past = after.repeated(len(ids)) if after else None
                given = {"input_ids": torch.tensor(ids), "past_key_values": past, "use_cache": False}
                logits = self._module(**given, logits_to_keep=last).logits[:, -1]
                probabilities = torch.softmax(logits.double(), dim=-1).float().numpy()[:, kept]
            found.update(zip(places, probabilities, strict=True))
        return np.stack([found[i] for i in range(len(items))])

    def logits(self, states: np.ndarray, token_ids: Sequence[int] | None = None) -> np.ndarray:
        """Return the scores of tokens if the model ended at these hidden states, float32 `(..., n_tokens)`.

        The states go through the final norm and the output layer, whatever layer they come from: at the last
        layer these are the model's own scores, earlier they are what the "logit lens" shows.

        Args:
            states: before the final norm, as `hidden_states` gives them, `(..., n_dims)`.
            token_ids: which tokens, in this order; all by default.

        Raises:
            ModelError: the model is an encoder.

        Source:
            nostalgebraist (2020), "interpreting GPT: the logit lens".
        """
        self._require_prediction()
        output = self._module.get_output_embeddings()
        wanted = slice(None) if token_ids is None else np.asarray(token_ids, dtype=np.int64)
        scores: np.ndarray = self.final_norm(states) @ output.weight.numpy()[wanted].T
        return scores if output.bias is None else scores + output.bias.numpy()[wanted]

    def embedding_rows(self, token_ids: Sequence[int]) -> np.ndarray:
        """Return the rows that the model itself looks up, float32 `(n, n_dims)`, a copy.

        The token table holds the same rows as float16, which for some models is a little coarser.
        """
        rows: np.ndarray = self._parts.embedding.weight.numpy()[np.asarray(token_ids, dtype=np.int64)]
        return rows.astype(np.float32)

    def _require_prediction(self) -> None:
        if not self.predicts_next:
            raise ModelError(
                f"{self.name!r} is an encoder and predicts no next token. "
                "Choose a language model such as 'smollm2-135m'."
            )

    @contextmanager
    def embedding_hook(self, function: Callable[[np.ndarray], np.ndarray]) -> Iterator[None]:
        """Replace what the embedding layer gives, for as long as the `with` block lasts.

        Args:
            function: takes the vectors of a batch, float32 `(n_items, n_tokens, n_dims)`, a copy, and
                returns those to use instead, of the same shape. Positions are added later, by GPT-2 and
                BERT.

        Raises:
            ModelError: inside the block, when the function returns another shape.
        """
        torch = _torch()

        def replace(_layer: Any, _inputs: Any, output: Any) -> Any:
            vectors = output.detach().numpy().copy()
            replaced = np.asarray(function(vectors), dtype=np.float32)
            if replaced.shape != tuple(output.shape):
                raise ModelError(
                    f"the embedding hook of {self.name!r} should return shape {tuple(output.shape)}, "
                    f"got {replaced.shape}. Return the array it was given, changed."
                )
            return torch.from_numpy(np.array(replaced))

        handle = self._parts.embedding.register_forward_hook(replace)
        try:
            yield
        finally:
            handle.remove()

    def _run(self, ids: list[list[int]]) -> np.ndarray:
        """Return the residual stream of items of equal length, `(n_layers + 1, n_items, n_tokens, n_dims)`.

        Transformers' own list of hidden states ends after the final norm; so hooks read the blocks
        themselves.
        """
        torch = _torch()
        layers: list[np.ndarray] = []

        def before_first(_block: Any, inputs: tuple[Any, ...], named: dict[str, Any]) -> None:
            layers.append(_as_array(inputs[0] if inputs else named["hidden_states"]))

        def after_block(_block: Any, _inputs: Any, output: Any) -> None:
            layers.append(_as_array(output[0] if isinstance(output, tuple) else output))

        handles = [self._parts.blocks[0].register_forward_pre_hook(before_first, with_kwargs=True)]
        handles += [block.register_forward_hook(after_block) for block in self._parts.blocks]
        try:
            with torch.inference_mode():
                self._parts.body(input_ids=torch.tensor(ids), **({"use_cache": False} if self.predicts_next else {}))
        finally:
            for handle in handles:
                handle.remove()
        return np.stack(layers)

    def _batches(self, items: Sequence[Item]) -> Iterator[tuple[list[int], list[list[int]]]]:
        """Yield items of equal length together: their places in the list, and their token ids."""
        if isinstance(items, str) or (len(items) and isinstance(items[0], (int, np.integer))):
            raise ModelError(f"a list of items expected, got one item: {items!r}. Write [{items!r}].")
        by_length: dict[int, list[int]] = {}
        ids = [self._token_ids(item) for item in items]
        for place, item in enumerate(ids):
            by_length.setdefault(len(item), []).append(place)
        for length, places in by_length.items():
            step = max(1, _TOKENS_PER_PASS // length)
            for first in range(0, len(places), step):
                chosen = places[first : first + step]
                yield chosen, [ids[place] for place in chosen]

    def _token_ids(self, item: Item) -> list[int]:
        ids = self.table.tokenize(item, special=True) if isinstance(item, str) else [int(i) for i in item]
        n_tokens = self._parts.embedding.num_embeddings
        limit = getattr(self._module.config, "max_position_embeddings", None) or len(ids)
        wrong = [i for i in ids if not 0 <= i < n_tokens]
        if not ids or wrong or len(ids) > limit:
            got = f"the id {wrong[0]}" if wrong else f"{len(ids)} tokens"
            raise ModelError(
                f"{self.name!r} takes 1 to {limit} tokens with ids 0 to {n_tokens - 1}, got {got} in {item!r:.80}."
            )
        return ids


def _as_array(states: Any) -> np.ndarray:
    return np.array(states.detach().numpy(), dtype=np.float32)


def _torch() -> Any:
    import torch  # here, so that pages and checks which only read results need no torch

    return torch

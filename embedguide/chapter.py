"""What a chapter script talks to: it names models, steps of computation, and the results made from them.

A script only *declares*. Nothing is computed while ``build(chapter)`` runs; a step runs when a result that needs it is
stale or missing, once, with a note of everything it used.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from embedguide.models import open_language_model, open_token_table
from embedguide.results import Column, Control, ResultError, ResultId
from embedguide.results.declarations import claim_name
from embedguide.results.reach import CodeBase
from embedguide.results.trace import Trace, opened, traced
from embedguide.sources import fetch, find_source

Width = Literal["text", "wide", "full"]


class Step:
    """A computation that has not run yet: a function and its arguments, among them other steps.

    Args:
        function: Called with the arguments when a result needs the step.
        args: Positional arguments; a `Step` among them (also inside a list, tuple or dict) is run first.
        kwargs: Keyword arguments, likewise.
        opens: True for a function that opens a model or corpus (see `embedguide.results.trace.opened`).
    """

    def __init__(
        self,
        function: Callable[..., Any],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        opens: bool = False,
    ) -> None:
        if not callable(function):
            raise ResultError(
                f"a step needs a function, got {function!r:.60}: write chapter.compute(function, arguments ...)"
            )
        self.function, self.args, self.kwargs, self.opens = function, tuple(args), dict(kwargs or {}), opens
        self._done: tuple[Any, Trace, dict[str, Any]] | None = None

    @property
    def name(self) -> str:
        """The name of its function."""
        return getattr(self.function, "__name__", type(self.function).__name__)

    def run(self, code_base: CodeBase) -> tuple[Any, Trace, dict[str, Any]]:
        """Its value, everything it used (the steps it needs included), and the settings of each function; runs once."""
        if self._done is None:
            trace = Trace()
            settings: dict[str, Any] = {}
            for needed in _steps_in([self.args, self.kwargs]):
                _, their_trace, their_settings = needed.run(code_base)
                trace.add(their_trace)
                settings |= their_settings
            call = opened if self.opens else traced
            value, own = call(code_base, self.function, *_values(self.args), **_values(self.kwargs))
            trace.add(own)
            if not self.opens:
                settings |= {self._label(settings): self._settings()}
            self._done = value, trace, settings
        return self._done

    def _label(self, taken: Mapping[str, Any]) -> str:
        mine = self._settings()
        number = 2
        label = self.name
        while label in taken and taken[label] != mine:
            label, number = f"{self.name} #{number}", number + 1
        return label

    def _settings(self) -> dict[str, Any]:
        try:
            signature = inspect.signature(self.function)
        except (TypeError, ValueError):  # some builtins tell no signature
            return {"arguments": _described(self.args), **{name: _described(v) for name, v in self.kwargs.items()}}
        bound = signature.bind(*self.args, **self.kwargs)
        bound.apply_defaults()
        return {name: _described(value) for name, value in bound.arguments.items()}


def _steps_in(value: Any) -> Iterator[Step]:
    if isinstance(value, Step):
        yield value
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _steps_in(part)
    elif isinstance(value, dict):
        yield from _steps_in(list(value.values()))


def _values(value: Any) -> Any:
    """`value` with every step replaced by what it returned."""
    if isinstance(value, Step):
        assert value._done is not None  # run() has run them all
        return value._done[0]
    if isinstance(value, tuple) and type(value) is not tuple:  # a named tuple holds no steps
        return value
    if isinstance(value, list | tuple):
        return type(value)(_values(part) for part in value)
    if isinstance(value, dict):
        return {name: _values(part) for name, part in value.items()}
    return value


def _described(value: Any) -> Any:
    """An argument as readers of the provenance see it: plain values as they are, the rest by name."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Step):
        inner = ", ".join(str(a) for a in value.args if isinstance(a, str)) if value.opens else "…"
        return f"{value.name}({inner})"
    if isinstance(value, list | tuple):
        return [_described(part) for part in value]
    if isinstance(value, dict):
        return {str(name): _described(part) for name, part in value.items()}
    return getattr(value, "__name__", type(value).__name__)


@dataclass(frozen=True)
class Model:
    """A model of the source list, not opened yet.

    Args:
        name: Its name in the source list.
        title: Its name for readers.
        table: The step that opens its token table.
        language_model: The step that opens the whole model.
    """

    name: str
    title: str
    table: Step
    language_model: Step


@dataclass
class Declared:
    """A result as the script declares it.

    Args:
        id: Chapter, name and model.
        kind: ``figure``, ``table``, ``value``, ``dataset`` or ``claim``.
        step: What computes its content.
        fields: Everything else the document needs: formats, controls, what a claim says.
        words: Title, caption, alternative text, note: prose that changes no number.
    """

    id: ResultId
    kind: str
    step: Step
    fields: dict[str, Any] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)


class Chapter:
    """Gathers what a script declares.

    Args:
        slug: The chapter's name, that of its script.
        only_models: Models to use in place of those that the script names (``--model``).
    """

    def __init__(self, slug: str, only_models: Sequence[str] | None = None) -> None:
        self.slug = slug
        self.declared: list[Declared] = []
        self._only_models = only_models
        self._model = ""
        self._opened: dict[tuple[Callable[..., Any], str], Step] = {}

    def models(self, *names: str) -> Iterator[Model]:
        """Each model in turn; results declared inside the loop belong to it.

        Raises:
            UnknownSource: a name that is not in the source list, with the nearest one.
        """
        for name in self._only_models or names:
            source = find_source(name)
            table = self._open(open_token_table, name)
            self._model = source.name
            try:
                yield Model(source.name, source.title, table, self._open(open_language_model, name))
            finally:
                self._model = ""

    def vectors(self, name: str) -> Step:
        """The step that opens word vectors, or one model's token table outside of a loop over models."""
        return self._open(open_token_table, find_source(name).name)

    def language_model(self, name: str) -> Step:
        """The step that opens a whole model outside of a loop over models."""
        return self._open(open_language_model, find_source(name).name)

    def corpus(self, name: str) -> Step:
        """The step that fetches a corpus of the source list, a `LocalSource`."""
        return self._open(fetch, find_source(name).name)

    def compute(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Step:
        """A step: `function` with its arguments, which runs when a result needs it."""
        return Step(function, args, kwargs)

    def table(
        self, name: str, rows: Step, *, columns: Sequence[Column], caption: str, title: str = "",
        controls: Sequence[Control] = (), width: Width = "text",
    ) -> None:  # fmt: skip
        """Declare a table; `rows` gives named tuples, dicts, or sequences in the order of `columns`."""
        fields = {"columns": tuple(columns), "controls": tuple(controls), "width": width}
        self._declare("table", name, rows, fields, {"title": title, "caption": caption})

    def figure(
        self,
        name: str,
        draw: Callable[..., Any],
        *args: Any,
        caption: str,
        alt: str,
        title: str = "",
        width: Width = "text",
        **kwargs: Any,
    ) -> None:
        """Declare a figure: `draw` with its arguments gives a `Drawing`."""
        words = {"title": title, "caption": caption, "alt": alt}
        self._declare("figure", name, Step(draw, args, kwargs), {"width": width}, words)

    def value(self, name: str, step: Step, *, format: str = ".2f", unit: str = "") -> None:
        """Declare one number or text; `format` is a Python format spec."""
        self._declare("value", name, step, {"format": format, "unit": unit}, {})

    def dataset(self, name: str, array: Step, *, bits: Literal[8, 16] = 8, title: str = "", caption: str = "") -> None:
        """Declare an array that the pages read: small integers with a scale, in a binary file beside the JSON."""
        self._declare("dataset", name, array, {"bits": bits}, {"title": title, "caption": caption})

    def claim(
        self, row: str, part: str = "", *, article: str, says: Any, got: Step, of: str | None = None,
        tolerance: float | None = None, shown_in: str = "", note: str = "",
    ) -> None:  # fmt: skip
        """Declare what became of an article's claim.

        Args:
            row: The checklist row, ``C111``.
            part: Which of the row's claims, ``cat-dog``.
            article: The article, ``S5``.
            says: What the article says: a number, or a statement.
            got: The step that measures: a number to compare with `says`, or whether the statement holds.
            of: The model the article speaks of; a number can only be settled on that model.
            tolerance: How far a number may be off.
            shown_in: The result that shows it, ``pairs``.
            note: Why it differs, or what to know.
        """
        fields = {
            "id": row,
            "part": part,
            "article": article,
            "says": says,
            "of": of,
            "tolerance": tolerance,
            "shown_in": shown_in,
        }
        self._declare("claim", claim_name(row, part), got, fields, {"note": note})

    def _declare(self, kind: str, name: str, step: Step, fields: dict[str, Any], words: dict[str, str]) -> None:
        if not isinstance(step, Step):
            raise ResultError(
                f"{kind} '{self.slug}/{name}' needs a step (chapter.compute(...)), got {type(step).__name__}"
            )
        result = ResultId(self.slug, name, self._model)
        if any(declared.id == result for declared in self.declared):
            raise ResultError(f"{kind} '{result}' is declared twice")
        self.declared.append(Declared(result, kind, step, fields, words))

    def _open(self, function: Callable[..., Any], name: str) -> Step:
        """One step per opened source, so that it is opened once for the whole chapter."""
        return self._opened.setdefault((function, name), Step(function, (name,), opens=True))

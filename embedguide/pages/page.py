"""One page while it is converted: its directives are placed, or taken from the last build when nothing changed since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from embedguide.kept import read_kept, write_kept
from embedguide.pages.builder import Builder
from embedguide.pages.directives import Directive
from embedguide.pages.state import find_root, is_known_good, state_of

if TYPE_CHECKING:
    from embedguide.pages.placing import Placer

KEPT = ".cache/pages"


class Page:
    """What the pieces of one page become.

    Args:
        root: The project's folder; empty for the nearest one with a ``mkdocs.yml``.
        repository: Address of the repository.
        builder: Tells the build that the page belongs to, or None where it has none.
        inline: Renders one paragraph of Markdown for a model.
    """

    def __init__(
        self,
        root: str,
        repository: str,
        builder: Callable[[], Builder | None],
        inline: Callable[[str, str], Markup],
    ) -> None:
        self._root, self._repository, self._find_builder, self._inline = root, repository, builder, inline
        self._placer: Placer | None = None

    def open(self) -> None:
        """Check the site and find out which page this is. Raises PageError for anything that is not fresh."""
        self._folder = Path(self._root).resolve() if self._root else find_root()
        self._builder = self._find_builder()
        self._placer = None
        self._state = self._state_now()
        # What stood on this page in the last build, and what stands on it now, by order and text.
        self._known = self._recall()
        self._placed: dict[str, str] = {}
        if self._known is None:
            self.placer  # noqa: B018  (opened here, so that a site that is not fresh fails on its first page)

    def _recall(self) -> dict[str, str] | None:
        """The pieces that the last build noted, if it found everything in the state that it is in now."""
        record = (read_kept(self._kept()) if self._builder else None) or {}
        if record.get("state") != self._state or not is_known_good(self._folder, self._state[0]):
            return None
        published = all(self._publish(path, Path(file)) for path, file in record["published"].items())
        return dict(record["placed"]) if published else None

    @property
    def placer(self) -> Placer:
        """What places directives anew."""
        if self._placer is None:
            from embedguide.pages.placing import Placer

            self._placer = Placer(self._folder, self._repository, self._builder, self._inline)
        return self._placer

    def place(self, directive: Directive) -> Markup:
        """The HTML of a directive, its links as the builder wants them."""
        return self._placed_by_builder(self.piece(directive.text, lambda: self.placer.place(directive)))

    def place_parts(self, directive: Directive) -> list[str | Markup]:
        """What a directive becomes before the page is converted, in order: Markdown as text, HTML as markup."""

        def fresh() -> str:
            return json.dumps([[isinstance(part, Markup), part] for part in self.placer.parts(directive)])

        parts = json.loads(self.piece(directive.text, fresh))
        return [self._placed_by_builder(text) if is_html else text for is_html, text in parts]

    def _placed_by_builder(self, html: str) -> Markup:
        return Markup(self._builder.placed(html) if self._builder else html)  # noqa: S704  (what the templates gave)

    def piece(self, text: str, render: Callable[[], str]) -> Markup:
        """The HTML of a piece of the page, rendered unless the last build did it."""
        name = f"{len(self._placed)} {text}"
        known = (self._known or {}).get(name)
        html = str(render()) if known is None else known
        self._placed[name] = html
        return Markup(html)  # noqa: S704  (what the templates gave)

    def close(self) -> None:
        """Publish what the page needs beside itself, and note what it became for the next build."""
        if self._builder is None or self._known == self._placed:
            return
        files = self._placer.published if self._placer else {}
        for path, file in files.items():
            self._publish(path, file)
        published = {path: str(file) for path, file in files.items()}
        write_kept(self._kept(), {"state": self._state, "placed": self._placed, "published": published})

    def _publish(self, path: str, file: Path) -> bool:
        if self._builder is None or not file.is_file():
            return False
        self._builder.publish(path, file)
        return True

    def _kept(self) -> Path:
        name = hashlib.sha256((self._builder.path if self._builder else "").encode()).hexdigest()[:24]
        return self._folder / KEPT / f"{name}.json"

    def _state_now(self) -> list[str]:
        """Everything that decides what the page becomes: the project's files and the builder's settings."""
        if self._builder is None or self._builder.files is None:
            return [state_of(self._folder), self._repository]
        return [_state(self._folder, self._builder.files), self._builder.url, self._builder.site_url, self._repository]


# The last build that asked, and the state it found: a build sees its files once.
_states: list[tuple[object, Path, str]] = []


def _state(root: Path, build: object) -> str:
    if not _states or _states[0][0] is not build or _states[0][1] != root:
        _states[:] = [(build, root, state_of(root))]
    return _states[0][2]

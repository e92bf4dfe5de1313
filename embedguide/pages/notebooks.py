"""Notebooks on pages: their words become part of the page's Markdown, their outputs HTML; nothing runs.

Of an output the page takes a form that it can show in its own type and palette: our figures and tables, pictures, plain
text. A form that would bring scripts or styles of its own is never placed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from markupsafe import Markup

from embedguide.pages.context import PageContext, element_id
from embedguide.pages.directives import did_you_mean
from embedguide.pages.errors import PageError
from embedguide.pages.exhibits import STATIC_ROWS, exhibit_columns, exhibit_rows, is_solid
from embedguide.pages.rendering import render
from embedguide.results import ResultError, ResultId
from embedguide.results.notebooks import (
    FIGURE,
    FOLDER,
    OURS,
    TABLE,
    UNIT,
    notebook_slugs,
    read_notebook,
)

FENCES = re.compile(r"`{3,}")
COLAB = "https://colab.research.google.com/github"
CHAPTER = UNIT.rstrip("/")
# Publishes the page behind an exhibit, and tells its address; None where the builder takes no files.
Publish = Callable[[str, Callable[[PageContext], dict[str, Any]]], str | None]


class NotebookPage:
    """One notebook while its page is converted.

    Args:
        page: The page.
        slug: The notebook.
        publish: Publishes the page behind a figure.

    Raises:
        PageError: there is no such notebook, or it cannot be read.
    """

    def __init__(self, page: PageContext, slug: str, publish: Publish) -> None:
        known = notebook_slugs(page.site.root)
        if slug not in known:
            hint = did_you_mean(slug, known)
            raise PageError(
                f'{{{{ notebook("{slug}") }}}}: there is no {FOLDER}/{slug}.py.{hint} There are: {", ".join(known) or "none"}'
            )
        self.page, self.slug, self._publish = page, slug, publish
        try:
            self.notebook = read_notebook(page.site.root, slug)
        except FileNotFoundError as error:
            raise PageError(f"notebook '{slug}' was never run. Run: python scripts/build.py {UNIT}{slug}") from error
        except ResultError as error:
            raise PageError(str(error)) from error
        self._counts = {"figure": 0, "output": 0}

    def parts(self) -> Iterator[str | Markup]:
        """The notebook from top to bottom: Markdown as text, HTML as markup. What to do with it stands below the heading."""
        is_headed = False
        for cell in self.notebook["cells"]:
            if cell["cell_type"] != "code":
                yield cell["source"]
                if not is_headed:
                    yield self._head()
                is_headed = True
                continue
            longest = max(map(len, FENCES.findall(cell["source"])), default=2)
            fence = "`" * (longest + 1)
            yield f"{fence} python\n{cell['source']}\n{fence}"
            for output in cell["outputs"]:
                yield self._output(output)

    def _head(self) -> Markup:
        repository = self.page.repository.partition("github.com/")[2]
        provenance = self.notebook["metadata"][OURS]
        files = {ending: self.page.address(f"notebooks/{self.slug}.{ending}") for ending in ("ipynb", "py")}
        head = {
            "slug": self.slug,
            "ipynb": files["ipynb"],
            "script": files["py"],
            "colab": f"{COLAB}/{repository}/blob/main/{FOLDER}/{self.slug}.ipynb" if repository else None,
            "provenance": provenance,
            "command": f"python scripts/build.py {UNIT}{self.slug}",
        }
        return render("notebook_head.html.jinja", head=head)

    def _output(self, output: dict[str, Any]) -> Markup:
        data = output.get("data", {})
        if FIGURE in data:
            return self._figure(data[FIGURE])
        if TABLE in data:
            return self._table(data[TABLE])
        if "image/png" in data:
            source = f"data:image/png;base64,{''.join(data['image/png'])}"
            return render(
                "notebook_output.html.jinja",
                output={
                    "kind": "picture",
                    "source": source,
                    "number": self._count("output"),
                    "text": _joined(data.get("text/plain", "")),
                },
            )
        text = _joined(output["text"] if output["output_type"] == "stream" else data.get("text/plain", ""))
        return render(
            "notebook_output.html.jinja", output={"kind": "text", "text": text, "number": self._count("output")}
        )

    def _count(self, kind: str) -> int:
        self._counts[kind] += 1
        return self._counts[kind]

    def _figure(self, document: dict[str, Any]) -> Markup:
        number = self._count("figure")
        result = ResultId(CHAPTER, f"{self.slug}-{number}")
        name = f"{result.chapter}/{result.name}"
        identity = element_id("figure", name)
        of_model = {
            "model": None, "label": "", "active": True, "title": document["title"],
            "json_url": f"#data-{identity}", "csv_name": f"{self.slug}-{number}.csv",
        }  # fmt: skip
        behind = self._publish(name, lambda there: self._behind(there, document, of_model, whole=True))
        variant = {
            **of_model, "caption": self.page.inline(document["caption"], ""), "alt": document["alt"],
            "summary": document["summary"], "static": self.page.picture(result, document),
            "controls": document["controls"], "find": bool(document["find"]), "solid": is_solid(document), "request": None,
        }  # fmt: skip
        figure = {
            "id": identity, "name": name, "number": number, "width": document["width"], "height": document["height"],
            "title": document["title"], "variants": [variant], "has_code": False, "behind_url": behind,
            "behind": None if behind else self._behind(self.page, document, of_model, whole=False),
        }  # fmt: skip
        data = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        return render("notebook_figure.html.jinja", figure=figure, data=data)

    def _behind(
        self, there: PageContext, document: dict[str, Any], of_model: dict[str, Any], *, whole: bool
    ) -> dict[str, Any]:
        """What stands behind a figure: its rows, and the provenance of the notebook; its code stands above it."""
        variant = {
            **of_model, **exhibit_rows(document, STATIC_ROWS), "provenance": self.notebook["metadata"][OURS],
            "command": f"python scripts/build.py {UNIT}{self.slug}",
        }  # fmt: skip
        return {"kind": "figure", "title": document["title"], "whole": whole, "variants": [variant], "code": [],
                "style_url": there.address("assets/embedguide/css")}  # fmt: skip

    def _table(self, document: dict[str, Any]) -> Markup:
        columns = exhibit_columns(document)
        rows = exhibit_rows(document)["rows"]
        table = {"title": document["title"], "caption": self.page.inline(document["caption"], ""), "columns": columns, "rows": rows,
                 "n_rows": document["n_rows"]}  # fmt: skip
        return render(
            "notebook_output.html.jinja", output={"kind": "table", "table": table, "number": self._count("output")}
        )


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)

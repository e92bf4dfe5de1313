"""What builders tell the extension while they convert a page, and what each wants differently. None is imported.

MkDocs takes files that the extension adds to the site; Zensical, its successor, takes none, and reads links its own way.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import markdown

# A link of ours that is relative to the page's address.
LINK = re.compile(r"""(?P<start>\s(?:href|src|srcset)=")(?P<link>(?![a-z][a-z0-9+.-]*:|[/#])[^"#]+)""")

# What makes a comment of what MkDocs's search is to read over.
COMMENT = re.compile(r"<!--eg\[|\]eg-->")


@dataclass(frozen=True)
class Builder:
    """The build that a page belongs to.

    Args:
        url: The page's address below the site, ``chapters/similarity/``.
        path: The page's file below ``docs/``, ``chapters/similarity.md``.
        site_url: The site's address.
        files: All files of the site, one object per build; None where the builder takes none from us.
        config: The builder's configuration.
        links_to_files: Whether the builder takes every relative link, in HTML too, as one between files of ``docs/``,
            and turns it into one between addresses.
    """

    url: str
    path: str
    site_url: str
    files: Any = None
    config: Any = None
    links_to_files: bool = False

    def publish(self, path: str, source: Path) -> None:
        """Add `source` to the site at `path`, once per build."""
        if self.files is None or self.files.get_file_from_path(path) is not None:
            return
        from mkdocs.structure.files import File, InclusionLevel

        made = File.generated(self.config, path, abs_src_path=str(source), inclusion=InclusionLevel.INCLUDED)
        self.files.append(made)

    def placed(self, html: str) -> str:
        """The HTML of a directive, its links as the builder wants them.

        Directives write links relative to the page's address. That is where a browser needs them, and so do attributes
        that only our scripts read.
        """
        if not self.links_to_files:
            return html
        # Such a builder searches by itself, and turns no links that stand in comments, as templates/_parts.html.jinja makes them.
        html = COMMENT.sub("", html)
        return LINK.sub(lambda found: found["start"] + self._as_link_to_file(found["link"]), html)

    def _as_link_to_file(self, link: str) -> str:
        folder = self.url if self.url.endswith("/") else posixpath.dirname(self.url)
        target = posixpath.normpath(posixpath.join(folder, link))
        found = posixpath.relpath(target, posixpath.dirname(self.path) or ".")
        if found == ".":
            return "index.md"  # an empty link would be one to the page itself
        return f"{found}/" if link.endswith("/") else found


def builder_of(md: markdown.Markdown) -> Builder | None:
    """The build behind `md`, or None where Python-Markdown was called by something else.

    MkDocs registers a tree processor with what it knows before it converts a page, Zensical a preprocessor.
    """
    if "relpath" in md.treeprocessors:
        relpath: Any = md.treeprocessors["relpath"]
        file, files, config = (getattr(relpath, name, None) for name in ("file", "files", "config"))
        if file is not None and files is not None and config is not None:
            return Builder(file.url, file.src_uri, config.get("site_url") or "", files, config)
    if "rendering_context" in md.preprocessors:
        known: Any = md.preprocessors["rendering_context"]
        return Builder(known.page.url, known.page.path, known.config.get("site_url") or "", links_to_files=True)
    return None

"""The public functions and classes of a module, from its source text: nothing of it is imported."""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from embedguide.pages.context import PageContext
from embedguide.pages.directives import DIRECTIVE, Directive, did_you_mean
from embedguide.pages.errors import PageError
from embedguide.pages.state import results_state

if TYPE_CHECKING:
    import griffe

# Sections of a docstring that are lists of names with what each is.
OWN = re.compile(r"(\()(?:self|cls)(?:, )?")
LISTS = {"parameters": "Args", "attributes": "Attributes", "returns": "Returns", "yields": "Yields", "raises": "Raises"}


def api_context(page: PageContext, directive: Directive) -> dict[str, Any]:
    """The context of a module, or of every module of a package: signatures, docstrings, links to the source.

    Without a module it is that of the box which finds functions on the page.

    Raises:
        PageError: there is no such module.
    """
    if not directive.texts:
        return {"modules": [], "find": True}
    root = page.site.root
    package = _package(root, directive.target.partition(".")[0], results_state(root))
    modules = dict(_modules(package))
    wanted = [name for name in modules if name == directive.target or name.startswith(f"{directive.target}.")]
    if not wanted:
        raise PageError(
            f"{directive.text}: there is no module '{directive.target}'.{did_you_mean(directive.target, modules)}"
        )
    entries = [_module_entry(page, modules[name]) for name in sorted(wanted)]
    return {"modules": [entry for entry in entries if entry["members"]], "find": False}


@lru_cache(maxsize=1)
def _package(root: Path, name: str, state: str) -> griffe.Module:
    """The package as griffe reads it, kept until the code changes."""
    import griffe

    logging.getLogger("griffe").setLevel(logging.ERROR)  # docstrings leave types to annotations; that is no warning
    try:
        found = griffe.load(name, search_paths=[str(root)], docstring_parser="google", allow_inspection=False)
    except (ImportError, griffe.GriffeError) as error:
        raise PageError(f"there is no package '{name}' in {root.name}/: {error}") from error
    assert isinstance(found, griffe.Module)  # a name without dots is a package
    return found


def _modules(module: griffe.Module) -> list[tuple[str, griffe.Module]]:
    inner = [pair for name in sorted(module.modules) for pair in _modules(module.modules[name])]
    return [(module.path, module), *inner]


def _module_entry(page: PageContext, module: griffe.Module) -> dict[str, Any]:
    members = [m for m in module.members.values() if not m.is_alias and not m.name.startswith("_")]
    shown = [m for m in members if (m.is_function or m.is_class) and m.docstring]
    what, _, text = (module.docstring.value.strip() if module.docstring else "").partition("\n\n")
    return {
        "name": module.path,
        "what": page.inline(what.replace("``", "`"), ""),
        "text": _markdown(page, text),
        "members": [_member_entry(page, member) for member in shown],
    }


def _member_entry(page: PageContext, member: Any) -> dict[str, Any]:
    inner = [m for m in member.members.values() if member.is_class and not m.is_alias and not m.name.startswith("_")]
    methods = [m for m in inner if m.docstring and (m.is_function or "property" in m.labels)]
    path = Path(member.filepath).relative_to(page.site.root).as_posix()
    called, opening, rest = _signature(member).partition("(")
    return {
        "name": member.name,
        "id": member.path,
        "called": called,
        "takes": opening + rest,
        "url": f"{page.repository}/blob/main/{path}#L{member.lineno}" if page.repository else None,
        "sections": _sections(page, member),
        "members": [_member_entry(page, method) for method in methods],
    }


def _signature(member: Any) -> str:
    """``name(arguments) -> what``, a class as it is called, a property by its name."""
    if member.is_attribute:
        return f"{member.name}: {member.annotation}" if member.annotation else member.name
    if not member.is_class:
        return OWN.sub(r"\1", member.signature())
    made = member.members.get("__init__")
    inside = OWN.sub(r"\1", made.signature(return_type=False, name=member.name)) if made is not None else member.name
    return f"class {inside.removesuffix('()')}"


def _sections(page: PageContext, member: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for section in member.docstring.parsed:
        kind = section.kind.value
        if kind == "text":
            found.append({"title": "", "text": _markdown(page, section.value), "items": []})
        elif kind in LISTS:
            items = [
                {"name": item.name if kind in ("parameters", "attributes") else str(item.annotation or ""),
                 "text": page.inline(item.description, "")}
                for item in section.value
            ]  # fmt: skip
            found.append({"title": LISTS[kind], "text": "", "items": items})
        elif kind == "admonition":
            title = section.title or section.value.kind.capitalize()
            found.append({"title": title, "text": _markdown(page, section.value.contents), "items": []})
    return found


def _markdown(page: PageContext, text: str) -> Markup:
    """Paragraphs of a docstring; what is indented stays as it is."""
    parts = [part for part in text.strip().split("\n\n") if part.strip()]
    made = [
        Markup("<pre><code>{}</code></pre>").format(part)
        if part.startswith("    ") or "| " in part
        else Markup("<p>{}</p>").format(page.inline(DIRECTIVE.sub(lambda m: f"`{m[0]}`", part.replace("``", "`")), ""))
        for part in parts
    ]
    return Markup("").join(made)

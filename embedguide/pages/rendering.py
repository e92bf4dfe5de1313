"""The Jinja environment of the templates: autoescaped, and an undefined name is an error."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

LONE_SURROGATE = re.compile("[\ud800-\udfff]")
TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """The environment, made once."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, **context: Any) -> Markup:
    """A template of ``templates/`` with its context."""
    html = environment().get_template(template).render(**context)
    # Half a character, as byte-level vocabularies hold them, cannot be written to a page.
    return Markup(LONE_SURROGATE.sub("\ufffd", html))  # noqa: S704  (autoescaped by the environment)

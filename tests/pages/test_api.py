"""The API page: signatures and docstrings from the source text, nothing imported, no markup let through."""

from __future__ import annotations

import re

import pytest
from tiny_project import Project


@pytest.fixture
def with_package(built: Project) -> Project:
    built.write("kit/__init__.py", '"""A kit."""\n')
    built.write(
        "kit/parts.py",
        '"""Parts."""\n\nraise SystemExit("never imported")\n\n'
        'def scale(x: float, by: int = 2, *, hard: bool = False) -> float:\n    """`x` times `by`; {{ value("no/such") }} <b>.\n\n'
        '    Args:\n        x: A number, ``(n,)``.\n        by: How much.\n\n    Raises:\n        ValueError: never.\n    """\n\n'
        'def _hidden():\n    """Private."""\n\n'
        'class Part:\n    """One part."""\n\n    def __init__(self, size: int) -> None:\n        self.size = size\n\n'
        '    @property\n    def area(self) -> int:\n        """Its area."""\n        return self.size ** 2\n',
    )
    built.write("docs/index.md", built.read("docs/index.md") + '\n\n{{ api("kit") }}\n')
    return built


def test_what_is_public_stands_there_with_its_docstring(with_package: Project) -> None:
    ran = with_package.mkdocs()
    assert ran.code == 0, ran.err
    page = with_package.read("site/index.html")
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "scale(x: float, by: int = 2, *, hard: bool = False) -&gt; float" in text
    assert "Args x A number, (n,) . by How much. Raises ValueError never." in text
    assert "class Part(size: int)" in text and "area: int" in text and "Its area." in text
    assert "Private" not in text and "_hidden" not in text
    assert '{{ value("no/such") }} &lt;b&gt;' in text or '{{ value("no/such") }}' in text


def test_a_module_that_is_not_there_is_named(with_package: Project) -> None:
    with_package.edit("docs/index.md", 'api("kit")', 'api("kit.prats")')
    ran = with_package.mkdocs()
    assert ran.code != 0
    assert "there is no module 'kit.prats'. Did you mean 'kit.parts'?" in ran.err

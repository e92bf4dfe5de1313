"""Placing results on pages: what is wrong fails the build in one line; what is no directive is left alone."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_project import RESULTS, Project

from embedguide.pages import before_build
from embedguide.pages.directives import DIRECTIVE, KINDS, find_all, parse
from embedguide.pages.errors import PageError
from embedguide.pages.rendering import environment, render

Copy = Callable[[str], Project]
PAGE = "docs/index.md"


def placed(project: Project) -> str:
    ran = project.mkdocs()
    assert ran.code == 0, ran.err
    return project.read("site/index.html")


WRONG = {
    "missing": ('{{ value("tiny/totl") }}', ["there is no result 'tiny/totl'", "nearest is 'tiny/total'", "python scripts/build.py tiny"]),
    "unknown directive": ('{{ figur("tiny/bars") }}', ["there is no directive 'figur'", "Did you mean 'figure'?"]),
    "another kind": ('{{ table("tiny/bars") }}', ["'tiny/bars' is a figure", '{{ figure("tiny/bars") }}']),
    "a dataset as a value": ('{{ value("tiny/grid") }}', ["'tiny/grid' is a dataset", '{{ data("tiny/grid") }}']),
    "unknown argument": ('{{ value("tiny/total", colour="red") }}', ["takes no argument 'colour'"]),
    "unknown model": ('{{ value("tiny/total", model="nope") }}', []),
    "no argument": ("{{ value() }}", ["expected {{ value("]),
    "an expression": ('{{ value("tiny/" + "total") }}', ["arguments are texts or numbers"]),
    "a call": ('{{ value(__import__("os").getcwd()) }}', ["arguments are texts or numbers"]),
    "a figure in a line": ('See {{ figure("tiny/bars") }} here.', ["needs a paragraph of its own"]),
    "a figure in a cell": ('| a |\n|---|\n| {{ figure("tiny/bars") }} |', ["needs a paragraph of its own"]),
    "a figure twice": ('{{ figure("tiny/bars") }}', ["is already on this page"]),
}  # fmt: skip


@pytest.mark.parametrize("wrong", [name for name in WRONG if name != "unknown model"])
def test_a_wrong_directive_fails_the_build_in_one_line(built: Project, wrong: str) -> None:
    text, messages = WRONG[wrong]
    built.write(PAGE, f"{built.read(PAGE)}\n{text}\n")
    ran = built.mkdocs()
    assert ran.code != 0
    for message in messages:
        assert any(message in line for line in ran.err.splitlines()), ran.err
    assert "Traceback" not in ran.err


def test_a_build_that_is_refused_leaves_the_site_that_was_published(built: Project) -> None:
    hook = Path(before_build.__file__)
    built.write("mkdocs.yml", f"{built.read('mkdocs.yml')}\nhooks: [{hook}]\n")
    assert built.mkdocs().code == 0
    published = built.read("site/index.html")
    built.edit("scripts/helpers.py", "FACTOR = 3", "FACTOR = 4")
    ran = built.mkdocs()
    assert ran.code != 0 and "'tiny/total' is stale" in ran.err and "Traceback" not in ran.err
    assert built.read("site/index.html") == published


def test_stale_missing_and_unused_results_fail_the_build(built: Project) -> None:
    built.edit("scripts/helpers.py", "FACTOR = 3", "FACTOR = 4")
    built.path(f"{RESULTS}/tiny/rows.json").unlink()
    built.edit(PAGE, '{{ data("tiny/grid") }}', "")
    ran = built.mkdocs()
    assert ran.code != 0
    lines = ran.err.splitlines()
    assert any(
        "'tiny/total' is stale: scripts/helpers.py changed (FACTOR). Run: python scripts/build.py tiny" in line
        for line in lines
    )
    assert any("'tiny/rows' is missing" in line and "Run: python scripts/build.py tiny" in line for line in lines)
    assert any("dataset 'tiny/grid' is on no page" in line for line in lines)
    assert "Traceback" not in ran.err


INERT = {
    "fence": '```\n{{ value("no/fence") }}\n```',
    "tilde fence": '~~~\n{{ value("no/tilde") }}\n~~~',
    "long fence": '````\n```\n{{ value("no/long") }}\n```\n````',
    "fence in a list": '- item\n\n    ```\n    {{ value("no/list") }}\n    ```',
    "fence in a quote": '> ```\n> {{ value("no/quote") }}\n> ```',
    "fence in an admonition": '!!! note\n\n    ```\n    {{ value("no/note") }}\n    ```',
    "inline code": 'Write `{{ value("no/inline") }}` so.',
    "double backticks": 'Write ``{{ value("no/double") }} ` `` so.',
    "inline code over lines": 'Write `{{\nvalue("no/lines") }}` so.',
    "indented code": 'Text.\n\n    {{ value("no/indented") }}\n\nText.',
    "indented code after a gap": 'Text.\n\n    code\n\n    {{ value("no/gap") }}\n',
    "indented code in a list": '- item\n\n        {{ value("no/deep") }}\n',
    "a comment": '<!-- {{ value("no/comment") }} -->',
    "formula": "$a_{{f(x)}}^{{b}}$ and \\(c_{{g(x)}}\\)",
    "displayed formula": "$$\n\\frac{{ f(x) }}{{{ g(x) }}}\n$$",
    "jinja": "{{ x }} {% if x %} {# c #} {{ 7 * 7 }} {{ config.items }}",
    "triple backticks in a line": '```{{ value("no/one-line") }}```',
}


@pytest.mark.parametrize("text", INERT)
def test_what_is_no_directive_is_left_alone(built: Project, text: str) -> None:
    assert list(find_all(INERT[text])) == []
    built.write(PAGE, f'{built.read(PAGE)}\n{INERT[text]}\n\nThe end: {{{{ value("tiny/total") }}}}.\n')
    page = placed(built)
    assert page.count('data value="12"') == 3, "the text, the caption and the end"
    if "no/" in INERT[text] and "comment" not in text:
        assert INERT[text].split("no/")[1].split('"')[0] in html.unescape(re.sub(r"<[^>]*>", "", page))
    if text == "jinja":
        assert "{{ 7 * 7 }}" in page
    assert "49" not in page


LIVE = {
    "in a list": '- {{ value("tiny/total") }}',
    "deep in a list": '- item\n\n    - deep\n\n        {{ value("tiny/total") }}',
    "in a paragraph of a list": '1. item\n\n    {{ value("tiny/total") }}',
    "in an admonition": '!!! note\n\n    It is {{ value("tiny/total") }}.',
    "in a quote": '> It is {{ value("tiny/total") }}.',
    "in a table": '| a | b |\n|---|---|\n| {{ value("tiny/total") }} | x |',
    "in a heading": '## It is {{ value("tiny/total") }}',
    "in emphasis": '**{{ value("tiny/total") }}**',
    "over lines": '{{\n  value(\n"tiny/total"\n) }}',
    "single quotes": "{{value('tiny/total')}}",
    "in a footnote": 'Text.[^1]\n\n[^1]: It is {{ value("tiny/total") }}.',
    "beside dollars": 'It costs $5, {{ value("tiny/total") }} or $6.',
    "after a lone backtick": 'A ` and {{ value("tiny/total") }}.',
}


@pytest.mark.parametrize("text", LIVE)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_value_is_placed_wherever_prose_stands(built: Project, text: str, newline: str) -> None:
    if newline != "\n" and text not in ("in a list", "over lines"):
        newline = "\n"
    assert len(list(find_all(LIVE[text]))) == 1
    built.path(PAGE).write_bytes(f"{built.read(PAGE)}\n{LIVE[text]}\n".replace("\n", newline).encode())
    assert placed(built).count('data value="12"') >= 3


@pytest.mark.parametrize("before", ["- item\n\n    ", "!!! note\n\n    ", "> "])
def test_a_figure_stands_inside_other_blocks(built: Project, before: str) -> None:
    built.edit(PAGE, '{{ figure("tiny/bars") }}', f'{before}{{{{ figure("tiny/bars") }}}}')
    assert placed(built).count("<figure") == 1


def test_hostile_tokens_are_text_everywhere(project: Copy) -> None:
    tiny = project("hostile")
    tiny.build()
    page = placed(tiny)
    assert "<script" not in page
    assert "onerror=alert(1)>" not in page.replace("&gt;", "")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{ 7 * 7 }}" in page
    assert "\ufffd" in page, "half a character stands as a mark"
    assert not re.search(r'data-alt="[^"]*<script', page)
    for name in ("tokens", "shown", "first"):
        json.loads(tiny.read(f"{RESULTS}/tiny/{name}.json"))
    rows = [row[0] for row in tiny.document("tokens")["rows"]]
    assert rows[10:13] == ["\ud83d", "\udc80", "\U0001f600"]
    assert len(rows[13]) == 10_000


def test_templates_escape_and_know_every_name() -> None:
    assert environment().autoescape is True
    with pytest.raises(Exception, match="undefined"):
        render("value.html.jinja")


@given(
    st.one_of(
        st.text(max_size=80),
        st.from_regex(DIRECTIVE, fullmatch=True),
        st.sampled_from(sorted(KINDS)).map(lambda k: f"{{{{ {k}(__import__('os')) }}}}"),
    )
)
def test_parsing_raises_page_errors_only(text: str) -> None:
    try:
        directive = parse(text)
    except PageError:
        return
    assert directive.kind in KINDS
    assert all(isinstance(value, str | int | float | bool) for value in (*directive.texts, *directive.options.values()))


@given(st.text(alphabet="`~{}()\"'> \n\t-$\\<!a1:/", max_size=120))
def test_scanning_never_fails_and_finds_directives_only(text: str) -> None:
    assert all(DIRECTIVE.fullmatch(found) for found in find_all(text))


@pytest.mark.parametrize(
    "text",
    ["{{ value(" * 2000, "{{ value(" + "(" * 5000 + ") }}", "`" * 5000, "$" * 5001, "{{ a(" + '"' * 5001 + ") }}"],
)
def test_long_nonsense_is_read_in_no_time(text: str) -> None:
    for found in find_all(text):
        with pytest.raises(PageError):
            parse(found)


@pytest.mark.parametrize("text", ['{{ figure("tiny/bars" }}', '{{ value("tiny/total) }}', "{{ table('tiny/rows'))"])
def test_a_directive_with_a_slip_in_it_is_named(built: Project, text: str) -> None:
    built.write("docs/slip.md", f"# Slip\n\n{text}\n")
    ran = built.mkdocs()
    assert ran.code == 1
    assert "docs/slip.md" in ran.err and "is no directive" in ran.err

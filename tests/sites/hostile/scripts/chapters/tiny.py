"""Tokens as vocabularies hold them."""

from embedguide.results import Column, Drawing

TOKENS = [
    "<script>alert(1)</script>", "</script>", "-->", "{{ 7 * 7 }}", '{{ value("tiny/nope") }}', "{% raw %}", "]]>", '"', "'",
    "\u202eabc\u2066", "\ud83d", "\udc80", "\U0001f600", "x" * 10_000, "&amp;", "`", "|", "\x00", "<img src=x onerror=alert(1)>",
]  # fmt: skip
COLUMNS = [Column("token", "<b>token</b>", unit="<i>")]


def tokens():
    return [[token] for token in TOKENS]


def first():
    return TOKENS[0]


def draw(rows):
    return Drawing(
        {"data": [{"type": "bar", "text": [r[0] for r in rows]}], "layout": {}},
        COLUMNS,
        rows,
        summary="<script> " + TOKENS[10],
    )


def build(chapter):
    rows = chapter.compute(tokens)
    chapter.table("tokens", rows, columns=COLUMNS, caption="Tokens.", title="<script>title")
    chapter.figure("shown", draw, rows, caption="Shown.", alt='"><script>alt', title="<script>")
    chapter.value("first", chapter.compute(first), format="s", unit="<u>")

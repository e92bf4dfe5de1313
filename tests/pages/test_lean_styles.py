"""What is taken out of Material's style sheets."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import material
import pytest

from embedguide.pages.lean_styles import SHEET, without_wide_selectors

SHEETS = sorted((Path(material.__file__).parent / "templates").glob("assets/stylesheets/*.css"))


def test_a_selector_goes_and_its_neighbors_stay() -> None:
    sheet = "a{b:c}[data-md-color-switching] *,[data-md-color-switching] :after{d:0}@media print{.e{f:g}}"
    assert without_wide_selectors(sheet) == "a{b:c}@media print{.e{f:g}}"
    inside = "@media screen{.md-typeset table:not([class])+*{a:b}.md-typeset table:not([class]) td{c:d}}"
    assert without_wide_selectors(inside) == "@media screen{.md-typeset table:not([class]) td{c:d}}"
    tabs = ".js .a:is(b,i)>:nth-child(2),.no-js .a>:nth-child(2),.no-js .a .b{c:d}"
    assert without_wide_selectors(tabs) == ".js .a:is(b,i)>:nth-child(2),.no-js .a .b{c:d}"


@pytest.mark.parametrize("path", [path for path in SHEETS if SHEET.search(path.as_posix())], ids=lambda path: path.name)
def test_materials_own_sheets_lose_those_selectors_and_no_other(path: Path) -> None:
    sheet = path.read_text("utf-8")
    lean = without_wide_selectors(sheet)
    pieces, left = (Counter(re.split(r"[{},]", text)) for text in (sheet, lean))
    gone = set(pieces - left)
    # The bodies of rules that went whole.
    gone -= {"transition-duration:0s!important", "margin-top:1.5em", "margin-top:0", "margin-bottom:0", ""}
    known = ("[data-md-color-switching] ", "table:not([class])", ".no-js ")
    assert gone and all(any(part in piece for part in known) for piece in gone), gone
    assert lean.count("{") == lean.count("}") and not left - pieces

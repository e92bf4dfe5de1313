"""The rules that are taken out of Material's style sheets."""

from __future__ import annotations

from pathlib import Path

import material
import pytest

from embedguide.pages.lean_styles import SHEET, without_wide_rules

SHEETS = sorted((Path(material.__file__).parent / "templates").glob("assets/stylesheets/*.css"))


def test_a_rule_goes_whole_and_its_neighbors_stay() -> None:
    sheet = "a{b:c}[data-md-color-switching] *,[data-md-color-switching] :after{d:0}@media print{.e{f:g}}"
    assert without_wide_rules(sheet) == "a{b:c}@media print{.e{f:g}}"
    inside = "@media screen{.md-typeset table:not([class])+*{a:b}.md-typeset table:not([class]) td{c:d}}"
    assert without_wide_rules(inside) == "@media screen{.md-typeset table:not([class]) td{c:d}}"


@pytest.mark.parametrize("path", [path for path in SHEETS if SHEET.search(path.as_posix())], ids=lambda path: path.name)
def test_materials_own_sheets_lose_those_rules_and_no_other(path: Path) -> None:
    sheet = path.read_text("utf-8")
    rules, left = sheet.split("}"), without_wide_rules(sheet).split("}")
    gone = [rule for rule in rules if rule not in left]
    assert gone and all("data-md-color-switching" in rule or "table:not([class])" in rule for rule in gone)
    assert len(rules) - len(left) == len(gone) <= 4
    assert without_wide_rules(sheet).count("{") == without_wide_rules(sheet).count("}")

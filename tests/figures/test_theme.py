"""The theme: colors that can be seen on both papers, and figures that name no other."""

import colorsys
import json
import re
from pathlib import Path

import pytest

from embedguide.figures.theme import PALETTES, SERIES, SHAPES, plot, resolved, theme_json

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "docs/assets/results"


def luminance(color):
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def hue(color):
    return colorsys.rgb_to_hsv(*(int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)))[0]


@pytest.mark.parametrize("name", PALETTES)
def test_words_in_a_color_have_4_5_to_1_in_the_color_of_their_marks(name):
    palette = theme_json()[name]
    font = {"textfont": {"color": [f"@series-{number}" for number in range(9)]}}
    for color, mark in zip(resolved(font, palette)["textfont"]["color"], SERIES, strict=True):
        assert contrast(color, palette["paper"]) >= 4.5
        assert abs((hue(color) - hue(mark) + 0.5) % 1 - 0.5) < 0.05  # hues go round
    assert resolved({"marker": {"color": "@series-2"}}, palette) == {"marker": {"color": SERIES[2]}}


@pytest.mark.parametrize("name", PALETTES)
def test_every_step_of_a_scale_for_marks_has_3_to_1_and_goes_one_way(name):
    palette = theme_json()[name]
    steps = [color for _, color in palette["sequential-marks"]]
    assert min(contrast(color, palette["paper"]) for color in steps) >= 3
    assert sorted(steps, key=luminance) == steps


def test_a_scale_on_single_points_is_the_one_for_marks():
    seen = 0
    for path in RESULTS.glob("*/*.json"):
        document = json.loads(path.read_bytes())
        base = document.get("plotly", {}).get("data", [])
        changes = [change for state in document.get("states", []) for change in state.get("data", {}).values()]
        scales = [trace.get("marker", {}).get("colorscale") for trace in (*base, *changes)]
        seen += len([scale for scale in scales if scale])
        assert "@sequential" not in scales, path.name
    assert seen


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_text_has_4_5_to_1_and_marks_have_3_to_1(palette):
    for name in ("ink", "muted", "accent"):
        assert contrast(palette[name], palette["paper"]) >= 4.5, name
    for color in (*SERIES, palette["random"]):
        assert contrast(color, palette["paper"]) >= 3, color


def test_nine_colors_nine_shapes():
    assert len(set(SERIES)) == len(set(SHAPES)) == 9


def test_both_palettes_have_the_same_names():
    theme = theme_json()
    assert theme["light"].keys() == theme["dark"].keys()


def test_plot_refuses_what_plotly_does_not_know():
    with pytest.raises(ValueError, match="markerr"):
        plot([{"type": "scatter", "markerr": {}}], {})


def test_plot_keeps_color_names():
    figure = plot([{"type": "scatter", "x": [1], "y": [2], "marker": {"color": "@series-3"}}], {})
    assert figure["data"][0]["marker"]["color"] == "@series-3"


# The pages behind exhibits follow the reader's system, so their sheet says the dark colors once more.
@pytest.mark.parametrize(("sheet", "palettes"), [("guide", ("light", "dark")), ("figures", ("dark",))])
def test_a_style_sheet_has_the_colors_of_the_theme(sheet, palettes):
    css = (ROOT / f"embedguide/pages/theme/assets/embedguide/css/{sheet}.css").read_text()
    names = {
        "--eg-paper": "paper",
        "--eg-ink": "ink",
        "--eg-muted": "muted",
        "--eg-accent": "accent",
        "--eg-rule": "faint",
    }
    for variable, name in names.items():
        values = re.findall(rf"{variable}:\s*(#[0-9a-f]{{6}})", css)
        assert set(values) == {PALETTES[palette][name] for palette in palettes}, variable


# What a figure's control may be called where a state says how its controls stand: ``{"color": "kind"}``.
CONTROLS = {"article", "count", "id", "kind", "length"}


def named_colors(value, key=""):
    if isinstance(value, dict):
        for name, part in value.items():
            yield from named_colors(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from named_colors(part, key)
    elif isinstance(value, str) and "color" in key.lower() and value not in CONTROLS:
        yield value


def test_results_name_only_colors_of_the_theme():
    known = {f"@{name}" for name in theme_json()["light"]} | {"rgba(0,0,0,0)"}
    figures = 0
    for path in RESULTS.glob("*/*.json"):
        document = json.loads(path.read_bytes())
        figures += "plotly" in document
        used = set(named_colors({"plotly": document.get("plotly", {}), "states": document.get("states", [])}))
        assert used <= known, f"{path.name}: {used - known}"
    assert figures

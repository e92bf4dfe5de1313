"""Pictures fitted to their width."""

import re
from pathlib import Path

import pytest

import embedguide.pages
from embedguide.figures import fitting
from embedguide.figures.fitting import fitted

LONG = "place of the word in its neighbor’s own list of tokens"


def figure(title=LONG, **layout):
    return {"data": [], "layout": {"xaxis": {"title": {"text": title, "standoff": 10}}, **layout}}


def title_of(found):
    return found["layout"]["xaxis"]["title"]["text"]


def test_a_long_title_is_broken_between_words_and_keeps_its_other_settings():
    found = fitted(figure(), 366, 320)
    lines = title_of(found).split("<br>")
    assert len(lines) == 2 and " ".join(lines) == LONG
    assert all(len(line) * fitting.LETTER * fitting.TITLE_SIZE <= 366 - fitting.MARGINS for line in lines)
    assert found["layout"]["xaxis"]["title"]["standoff"] == 10


def test_with_room_nothing_changes():
    assert fitted(figure(), 680, 320) == figure()


def test_an_axis_that_has_part_of_the_width_has_shorter_lines():
    whole, half = figure(), figure()
    half["layout"]["xaxis"]["domain"] = [0, 0.5]
    assert title_of(fitted(half, 366, 320)).count("<br>") > title_of(fitted(whole, 366, 320)).count("<br>")


def test_lines_that_a_script_has_broken_stay():
    assert title_of(fitted(figure(f"one<br>{LONG}"), 366, 320)) == f"one<br>{LONG}"


def test_the_key_of_a_narrow_picture_stands_above_the_plot():
    assert fitted(figure(showlegend=True), 366, 320)["layout"]["legend"]["orientation"] == "h"
    assert "legend" not in fitted(figure(showlegend=True), 680, 320)["layout"]
    assert "legend" not in fitted(figure(), 366, 320)["layout"]


@pytest.mark.parametrize("number", ["LETTER", "FARTHER"])
def test_what_fits_is_the_same_as_on_the_pages(number):
    script = Path(embedguide.pages.__file__).parent / "theme/assets/embedguide/js/fit.js"
    assert float(re.search(rf"{number} = ([\d.]+)", script.read_text("utf-8"))[1]) == getattr(fitting, number)


def test_a_cloud_on_a_picture_higher_than_wide_is_seen_from_farther_in_the_same_direction():
    camera = {"eye": {"x": 1.0, "y": 2.0, "z": 0.5}, "center": {"x": 0, "y": 0, "z": -0.5}}
    scene = {"camera": camera, "aspectmode": "cube"}
    found = fitted({"data": [], "layout": {"scene": scene}}, 300, 600)["layout"]["scene"]
    times = 2 * fitting.FARTHER
    assert found["camera"]["eye"] == pytest.approx({"x": times, "y": 2 * times, "z": times - 0.5})
    assert found["camera"]["center"] == camera["center"] and found["aspectmode"] == "cube"
    assert fitted({"data": [], "layout": {"scene": scene}}, 900, 600)["layout"]["scene"] == scene

"""The window of CBOW in a reader's hands: which neighbors it has, their rows and mean, and what the network guesses."""

import json
import re

import numpy as np
import pytest
from guide_pages import ROOT

pytestmark = pytest.mark.browser
PAGE = "chapters/word2vec/"
FOLDER = ROOT / "docs/assets/results/word2vec"
WIDGET = "[data-eg-widget=cbow]"
STRONG = 0.9  # as in cbow.js: from here on a cell has its full color


def windows():
    document = json.loads((FOLDER / "windows.json").read_bytes())
    names = [column["name"] for column in document["columns"]]
    return [dict(zip(names, row, strict=True)) for row in document["rows"]]


def vectors():
    document = json.loads((FOLDER / "window-rows.json").read_bytes())
    whole = np.frombuffer((FOLDER / document["file"]).read_bytes(), dtype="i1").reshape(document["shape"])
    return whole.astype(np.float64) * document["scale"]


@pytest.fixture
def opened(visit):
    found = visit().go(PAGE)
    found.page.locator(WIDGET).scroll_into_view_if_needed()
    found.page.locator(f"{WIDGET} .eg-cbow__network").wait_for()
    return found


def texts(found, selector):
    return found.page.locator(f"{WIDGET} {selector}").all_inner_texts()


def shows(found, sentence, position):
    """Assert that everything that the widget shows is of this word of this line."""
    line = [(at, row) for at, row in enumerate(windows()) if row["sentence"] == sentence]
    _, row = line[position]
    near = [line[int(number)] for number in row["neighbors"].split()]
    assert texts(found, ".eg-cbow__word") == [one["printed"] for _, one in line]
    assert texts(found, "[aria-pressed=true]") == [row["printed"]]
    assert texts(found, ".eg-cbow__near") == [one["printed"] for _, one in near]
    assert texts(found, ".eg-cbow__network .eg-cbow__name") == [one["word"] for _, one in near]
    labels = found.page.eval_on_selector_all(f"{WIDGET} .eg-cbow__hot", "all => all.map(one => one.ariaLabel)")
    assert [int(re.search(r"place (\d+) of", label)[1]) for label in labels] == [one["row"] + 1 for _, one in near]
    mean = vectors()[[at for at, _ in near]].mean(axis=0)
    cells = found.page.locator(f"{WIDGET} .eg-cbow__strip").last.locator("i")
    signs, styles = (
        cells.evaluate_all(f"all => all.map(one => one.{name})") for name in ("className", "style.cssText")
    )
    strength = np.array([float(re.search(r"--v:\s*([\d.]+)%", style)[1]) for style in styles])
    assert [sign == "eg-cbow__minus" for sign in signs] == (mean < 0).tolist()
    assert np.abs(strength - np.minimum(100, 100 * np.abs(mean) / STRONG)).max() <= 0.51
    assert texts(found, ".eg-cbow__output .eg-cbow__name") == row["answers"].split()
    said = [float(p) for p in row["probabilities"].split()]
    shown = [float(text.removesuffix(" %")) for text in texts(found, ".eg-cbow__p")]
    assert shown == pytest.approx([100 * p for p in said], abs=0.5 if max(said) >= 0.0995 else 0.051)
    verdict = texts(found, ".eg-cbow__output .eg-cbow__step")[-1]
    assert row["answers"].split()[0] in verdict
    if row["rank"] is not None and row["rank"] > 1:
        assert f"place {row['rank']:,}".replace(",", "\u2009") in verdict


def test_the_page_begins_in_the_middle_of_the_first_line(opened):
    shows(opened, 0, int(opened.page.locator(WIDGET).get_attribute("data-start")))
    assert opened.problems == []


def test_the_slider_moves_the_window_to_both_ends(opened):
    slider = opened.page.locator(f"{WIDGET} input[type=range]")
    for key, position in (("Home", 0), ("ArrowRight", 1), ("End", -1)):
        slider.press(key)
        shows(opened, 0, position)
    last = [row for row in windows() if row["sentence"] == 0][-1]
    assert slider.get_attribute("aria-valuetext") == last["printed"]
    said = opened.page.locator(f"{WIDGET} [data-said]").text_content()
    assert last["answers"].split()[0] in said


def test_a_word_is_chosen_by_keyboard_and_keeps_the_focus(opened):
    word = opened.page.locator(f"{WIDGET} .eg-cbow__word").nth(2)
    word.focus()
    opened.page.keyboard.press("Enter")
    shows(opened, 0, 2)
    assert opened.page.evaluate("document.activeElement.dataset.at") == "2"


def test_another_line_starts_at_its_first_word(opened):
    choice = opened.page.locator(f"{WIDGET} select")
    n_lines = choice.locator("option").count()
    assert n_lines == len({row["sentence"] for row in windows()})
    choice.select_option(index=n_lines - 1)
    shows(opened, n_lines - 1, 0)
    words = [row["printed"] for row in windows() if row["sentence"] == n_lines - 1]
    assert choice.locator("option").last.text_content() == " ".join(words)


def test_marks_and_bars_keep_their_colors_where_a_reader_forces_others(visit):
    marks = ":is(.eg-cbow__strip, .eg-cbow__hot, .eg-cbow__bar) i"
    colors = []
    for forced in ("none", "active"):
        found = visit(forced_colors=forced, color_scheme="light").go(PAGE)
        found.page.locator(WIDGET).scroll_into_view_if_needed()
        found.page.locator(f"{WIDGET} .eg-cbow__network").wait_for()
        script = "all => all.map(one => getComputedStyle(one).backgroundColor)"
        colors.append(found.page.locator(f"{WIDGET} {marks}").evaluate_all(script))
    assert colors[0] == colors[1] and len(set(colors[0])) > 3

"""What a reader does on the page of lookups: types tokens, reads numbers off a row, multiplies, counts bytes, moves animals."""

import json

import numpy as np
import pytest
from guide_pages import ROOT

pytestmark = pytest.mark.browser
PAGE = "chapters/lookup/"
FOLDER = ROOT / "docs/assets/results/lookup"
PANEL = "[data-eg-explorer]:not([hidden])"


def rows(name):
    return json.loads((FOLDER / f"{name}.json").read_bytes())["rows"]


def row_of(token, model):
    """The id of a carried token, and its row as the page's files have it."""
    carried = rows(f"row-ids.{model}")
    document = json.loads((FOLDER / f"rows.{model}.json").read_bytes())
    whole = np.frombuffer((FOLDER / document["file"]).read_bytes(), dtype="i1").reshape(document["shape"])
    at = [row[1] for row in carried].index(token)
    return carried[at][0], whole[at].astype(np.float64) * carried[at][2]


@pytest.fixture
def opened(visit):
    def open_(widget, **options):
        found = visit(**options).go(PAGE)
        found.page.locator(f"[data-eg-widget={widget}]").scroll_into_view_if_needed()
        found.page.wait_for_selector(f"[data-eg-widget={widget}][data-eg-ready]")
        return found

    return open_


def part(found, name, within=PANEL):
    return found.page.locator(f"{within} [data-part={name}]")


def ask(found, token):
    field = found.page.locator(f"{PANEL} [role=combobox]")
    field.fill(token)
    found.page.locator(f"{PANEL} [role=option]").first.wait_for()
    return field


def chosen(found, token):
    ask(found, token).press("Enter")
    found.page.wait_for_function(
        "([panel, token]) => document.querySelector(`${panel} [data-part=token]`).textContent === token",
        arg=[PANEL, token.replace(" ", "␣")],
    )


@pytest.mark.parametrize("model", ["smollm2-135m", "qwen2.5-0.5b"])
def test_a_typed_token_has_the_id_and_the_row_of_its_model(opened, model):
    found = opened("row-explorer")
    if model != "smollm2-135m":
        found.page.get_by_role("radio", name="Qwen2.5 0.5B").first.check()
    chosen(found, " dog")
    token_id, row = row_of("␣dog", model)
    assert part(found, "id").inner_text() == part(found, "row").inner_text() == str(token_id)
    slider = part(found, "dimension")
    for dimension in (1, int(np.abs(row).argmax()) + 1, len(row)):
        slider.fill(str(dimension))
        said = f"{dimension} of {len(row)}: {row[dimension - 1]:.3f}".replace("-", "−")
        assert part(found, "reading").inner_text() == slider.get_attribute("aria-valuetext") == said
    shown = part(found, "numbers").inner_text()
    assert shown.startswith(", ".join(f"{value:.3f}".replace("-0.000", "0.000").replace("-", "−") for value in row[:3]))
    assert found.problems == []


def test_spellings_of_a_word_are_offered_first_and_lead_to_other_rows(opened):
    found = opened("row-explorer")
    ask(found, "dog")
    offered = found.page.locator(f"{PANEL} [role=option] bdi").all_inner_texts()
    assert offered[0] == "dog" and {"␣dog", "␣Dog"} <= set(offered[:4])
    ask(found, "kin")  # a token whose row is not carried; that of "king" is
    found.page.locator(f"{PANEL} [role=option] bdi", has_text="king").first.wait_for()
    assert found.page.locator(f"{PANEL} [role=option] bdi").first.inner_text() == "kin"
    chosen(found, "dog")
    assert part(found, "id").inner_text() == str(row_of("dog", "smollm2-135m")[0])
    assert "before: ␣cat" in part(found, "before").inner_text()


def test_the_line_of_the_row_is_drawn_from_its_numbers_and_the_one_before_stays(opened):
    found = opened("row-explorer")
    first = found.page.locator(f"{PANEL} .eg-spark__line").get_attribute("d")
    chosen(found, " dog")
    line = found.page.locator(f"{PANEL} .eg-spark__line").get_attribute("d")
    heights = np.array([float(point.split(" ")[1]) for point in line.removeprefix("M").split("L")])
    _, row = row_of("␣dog", "smollm2-135m")
    assert np.corrcoef(50 - heights, row)[0, 1] > 0.999
    before = found.page.locator(f"{PANEL} .eg-spark__before").get_attribute("d")
    old = np.array([float(point.split(" ")[1]) for point in before.removeprefix("M").split("L")])
    was = np.array([float(point.split(" ")[1]) for point in first.removeprefix("M").split("L")])
    assert np.corrcoef(old, was)[0, 1] > 0.999


def test_a_pointer_over_the_line_reads_the_number_under_it(opened):
    found = opened("row-explorer")
    box = found.page.locator(f"{PANEL} .eg-spark").bounding_box()
    found.page.mouse.move(box["x"] + box["width"] * 100.5 / 576, box["y"] + 10)
    value = rows("row-of-cat.smollm2-135m")[100][1]
    said = f"101 of 576: {value:.3f}".replace("-", "−")
    found.page.wait_for_function(
        "([panel, said]) => document.querySelector(`${panel} [data-part=reading]`).textContent === said",
        arg=[PANEL, said],
    )


def test_a_token_whose_row_is_not_carried_says_how_to_see_it(opened):
    found = opened("row-explorer")
    carried = {row[1] for row in rows("row-ids.smollm2-135m")}
    assert "␣zebra" not in carried
    chosen(found, " zebra")
    assert part(found, "id").inner_text() == "29106"
    assert part(found, "missing").is_visible() and ".row(29106)" in part(found, "missing").inner_text()
    assert part(found, "reading").inner_text() == "" and part(found, "numbers").inner_text() == "576 numbers"
    chosen(found, " dog")
    assert not part(found, "missing").is_visible()


def test_what_no_token_begins_with_is_said(opened):
    found = opened("row-explorer")
    found.page.locator(f"{PANEL} [role=combobox]").fill("zzzqx")
    found.page.get_by_text("No token begins with “zzzqx”").first.wait_for(state="attached")


def failing(found, pattern):
    """Answer 500 where an address fits, and gather what scripts leave unhandled."""
    unhandled = []
    found.page.on("pageerror", lambda error: unhandled.append(error))
    found.page.route(pattern, lambda route: route.fulfill(status=500))
    return unhandled


def test_a_row_that_cannot_be_had_is_told_and_the_field_says_what_is_shown(opened):
    found = opened("row-explorer")
    unhandled = failing(found, "**/rows.smollm2-135m.bin")
    ask(found, " dog").press("Enter")
    told = part(found, "problem")
    told.wait_for()
    assert told.inner_text() == "The row of ␣dog could not be fetched: rows.smollm2-135m.bin could not be read."
    assert found.page.locator(f"{PANEL} [role=combobox]").input_value() == "␣cat"
    assert part(found, "token").inner_text() == "␣cat"
    said = "text => document.getElementById('eg-live')?.textContent === text"
    found.page.wait_for_function(said, arg=told.inner_text())
    assert unhandled == []
    found.page.unroute("**/rows.smollm2-135m.bin")
    chosen(found, " dog")
    assert not told.is_visible()


def test_a_row_that_comes_late_does_not_overwrite_the_one_chosen_after_it(opened):
    found = opened("row-explorer")
    waiting = []

    def late(route):  # only the first of the rows
        route.continue_() if waiting else waiting.append(route)

    found.page.route("**/rows.smollm2-135m.bin", late)
    with found.page.expect_request("**/rows.smollm2-135m.bin"):
        ask(found, " dog").press("Enter")
    chosen(found, " king")
    with found.page.expect_response("**/rows.smollm2-135m.bin"):
        waiting[0].continue_()
    found.page.wait_for_timeout(300)
    _, row = row_of("␣king", "smollm2-135m")
    assert part(found, "token").inner_text() == found.page.locator(f"{PANEL} [role=combobox]").input_value() == "␣king"
    assert part(found, "reading").inner_text() == f"1 of {len(row)}: {row[0]:.3f}".replace("-", "−")


def test_the_first_row_without_its_numbers_is_told(visit):
    found = visit()
    unhandled = failing(found, "**/row-of-cat.smollm2-135m.json")
    found.go(PAGE).page.locator("[data-eg-widget=row-explorer]").scroll_into_view_if_needed()
    told = part(found, "problem")
    told.wait_for()
    assert (
        told.inner_text() == "The numbers of ␣cat could not be fetched: row-of-cat.smollm2-135m.json could not be read."
    )
    chosen(found, " dog")
    assert not told.is_visible() and unhandled == []


HOT = "[data-eg-widget=one-hot]"


def test_the_product_copies_the_row_of_a_typed_id_and_shows_its_terms(opened):
    found = opened("one-hot")
    table = [row[1:] for row in rows("small-table")]
    found.page.locator(f"{HOT} [data-id='1']").fill("0")
    line = found.page.locator(f"{HOT} [data-part=result] tr").nth(1)
    four = [f"{value:.4f}".replace("-", "−") for value in table[0]]
    assert line.locator("button").all_inner_texts() == four
    hot = found.page.locator(f"{HOT} [data-part=hot] tr").nth(1)
    assert hot.locator("td").all_inner_texts() == ["1"] + ["0"] * (len(table) - 1)
    button = line.locator("button").nth(2)
    button.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    terms = " + ".join(f"{int(n == 0)} × {row[2]:.4f}".replace("-", "−") for n, row in enumerate(table))
    assert part(found, "sum", HOT).inner_text() == f"{terms} = {four[2]}"
    assert found.page.locator(f"{HOT} [aria-pressed=true]").count() == 1


@pytest.mark.parametrize("typed", ["99", "-1", "1.5", ""])
def test_an_id_that_the_small_table_has_not_is_refused_and_changes_nothing(opened, typed):
    found = opened("one-hot")
    before = found.page.locator(f"{HOT} .eg-product").inner_text()
    field = found.page.locator(f"{HOT} [data-id='0']")
    field.fill(typed)
    assert "whole number from 0 to" in field.evaluate("input => input.validationMessage")
    assert found.page.locator(f"{HOT} .eg-product").inner_text() == before
    field.fill("1")
    assert field.evaluate("input => input.validity.valid")


SIZE = "[data-eg-widget=table-calculator]"


def test_the_size_of_a_table_is_rows_times_columns_times_bytes(opened):
    found = opened("table-calculator")
    answer = part(found, "answer", SIZE)
    part(found, "rows", SIZE).fill("128256")
    part(found, "dims", SIZE).fill("4096")
    part(found, "parameters", SIZE).fill("8030")
    part(found, "bytes", SIZE).select_option("2")
    assert answer.inner_text() == "128\u202f256 × 4\u202f096 = 525\u202f336\u202f576 numbers, 1.05 GB, 7 % of the model"
    part(found, "bytes", SIZE).select_option("0.5")
    assert "263 MB" in answer.inner_text()
    part(found, "parameters", SIZE).fill("1")
    assert "more than the whole model" in answer.inner_text()
    part(found, "dims", SIZE).fill("0")
    assert answer.inner_text() == "Rows and dimensions are whole numbers above zero."


def test_a_known_model_fills_the_fields(opened):
    found = opened("table-calculator")
    name, n_tokens, n_dims, *_ = next(row for row in rows("table-sizes") if row[0] == "MiniLM-L6")
    part(found, "model", SIZE).select_option(label=name)
    assert part(found, "rows", SIZE).input_value() == str(n_tokens)
    assert part(found, "dims", SIZE).input_value() == str(n_dims)
    assert "11\u202f720\u202f448 numbers, 23 MB, 52 % of the model" in part(found, "answer", SIZE).inner_text()


TOY = "[data-eg-widget=toy-space]"


def nearest(found, animal):
    """The sentence that the places in the fields ask for."""
    names = [row[0] for row in rows("animals")]
    numbers = [
        float(value) for value in found.page.eval_on_selector_all(f"{TOY} input", "all => all.map(one => one.value)")
    ]
    places = np.array(numbers).reshape(-1, 2)
    far = np.linalg.norm(places - places[names.index(animal)], axis=1)
    far[names.index(animal)] = np.inf
    return f"Nearest to {animal} is {names[int(far.argmin())]}, {far.min():.2f} away."


def test_typed_places_move_an_animal_and_its_nearest_is_said(opened):
    found = opened("toy-space")
    assert part(found, "answer", TOY).inner_text() == nearest(found, "cat")
    found.page.get_by_label("cat, size").fill("0.95")
    found.page.get_by_label("cat, friendliness").fill("0.5")
    assert part(found, "answer", TOY).inner_text() == nearest(found, "cat")
    assert "elephant" in part(found, "answer", TOY).inner_text()
    where = found.page.locator(f"{TOY} g[data-animal]", has_text="cat").get_attribute("transform")
    assert where == "translate(95 50)"
    part(found, "reset", TOY).click()
    size = next(row[1] for row in rows("animals") if row[0] == "cat")
    assert float(found.page.get_by_label("cat, size").input_value()) == size
    assert part(found, "answer", TOY).inner_text() == nearest(found, "cat")


def test_the_hissing_cat_goes_where_it_is_said_to_go(opened):
    found = opened("toy-space")
    part(found, "cross", TOY).click()
    cross = found.page.locator(TOY).get_attribute("data-cross").split(" ")
    assert [found.page.get_by_label(f"cat, {axis}").input_value() for axis in ("size", "friendliness")] == cross
    assert part(found, "answer", TOY).inner_text() == nearest(found, "cat")


@pytest.mark.parametrize("narrow", [False, True])
def test_an_animal_is_dragged_and_stays_inside(opened, narrow):
    found = opened("toy-space", narrow=narrow)
    found.page.locator(f"{TOY} svg").scroll_into_view_if_needed()
    grip = found.page.locator(f"{TOY} g[data-animal]", has_text="dog").locator(".eg-toy__dot").bounding_box()
    frame = found.page.locator(f"{TOY} .eg-toy__frame").bounding_box()
    found.page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    found.page.mouse.down()
    found.page.mouse.move(frame["x"] + 0.25 * frame["width"], frame["y"] + 0.25 * frame["height"], steps=4)
    at = [float(found.page.get_by_label(f"dog, {axis}").input_value()) for axis in ("size", "friendliness")]
    assert at == pytest.approx([0.25, 0.75], abs=0.02)
    assert part(found, "answer", TOY).inner_text() == nearest(found, "dog")
    found.page.mouse.move(frame["x"] - 60, frame["y"] + frame["height"] + 60, steps=4)
    found.page.mouse.up()
    at = [float(found.page.get_by_label(f"dog, {axis}").input_value()) for axis in ("size", "friendliness")]
    assert at == [0, 0]
    found.page.mouse.move(frame["x"] + 0.5 * frame["width"], frame["y"] + 0.5 * frame["height"])
    assert found.page.get_by_label("dog, size").input_value() == "0"  # let go

"""The home page in a reader's hands: the atlas of fifty words."""

import pytest
from networks import CARD, Net, records

pytestmark = pytest.mark.browser
ATLAS = "widget-atlas-graph-atlas"


def atlas(visit, state="", model="smollm2-135m", **options):
    return Net(visit(**options).go(f"?model={model}#{ATLAS}{state}"), ATLAS)


def words_of(number, model="smollm2-135m"):
    return {row["token"].removeprefix("␣") for row in records(f"atlas.{model}") if row["atlas"] == number}


@pytest.mark.parametrize("model", ["smollm2-135m", "qwen2.5-0.5b"])
def test_another_fifty_are_other_words_until_the_first_come_again(visit, model):
    net = atlas(visit, model=model)
    again = net.root.get_by_role("button", name="Another fifty")
    again.focus()
    for number in (1, 2, 3, 4, 1):
        net.wait("root.querySelector('[data-part=set]').textContent === argument", f"{number} of 4")
        assert set(net.centers()) == words_of(number, model)
        assert (f"set={number}" in net.page.url) == (number > 1)
        net.page.keyboard.press("Enter")
    assert len(words_of(1, model) & words_of(2, model)) < 10
    assert net.found.problems == []


@pytest.mark.parametrize("narrow", [False, True])
def test_a_word_that_is_pressed_lists_its_ten_nearest(visit, narrow):
    net = atlas(visit, narrow=narrow)
    net.click("insects")
    wanted = [row for row in records("atlas.smollm2-135m") if row["token"] == "␣insects" and row["atlas"] == 1]
    tokens, first = net.listed()
    assert tokens == [row["neighbor"] for row in sorted(wanted, key=lambda row: row["rank"])]
    assert len(tokens) == 10 and first == pytest.approx(wanted[0]["cosine"], abs=0.006)


def test_the_list_of_one_word_stands_there_before_anything_is_touched(visit):
    net = atlas(visit, narrow=True)
    card = net.root.locator(CARD).inner_text()
    first = records("atlas.smollm2-135m")[0]
    assert f"For example, {first['token']} has as its nearest" in card
    assert first["neighbor"] in card


def test_a_link_brings_set_and_word_back(visit):
    net = atlas(visit, "?set=2&find=table")
    net.wait("root.querySelector('.eg-net__map--lit')")
    assert set(net.centers()) == words_of(2)
    assert net.root.locator(f"{CARD} .eg-net__name").inner_text() == "␣table"


def test_a_set_that_is_not_there_is_told(visit):
    net = atlas(visit, "?set=9")
    assert set(net.centers()) == words_of(1)
    assert "There is no set “9”, only 1 to 4." in net.root.locator(CARD).inner_text()


def test_paper_shows_the_set_that_the_screen_shows(visit):
    net = atlas(visit, "?set=2")
    narrow = net.root.locator(".eg-net__panel:not([hidden]) .eg-net__map--narrow")
    assert set(narrow.locator("text").all_text_contents()) == words_of(1)  # as the page came
    net.page.pdf()
    assert set(narrow.locator("text").all_text_contents()) == words_of(2)

"""What was found fresh once is not checked again while nothing it depends on changed; every change is seen all the same."""

import pytest

from embedguide.kept import read_kept, write_kept
from embedguide.results import check_results, freshness
from embedguide.results.verdicts import KEPT


@pytest.fixture
def checked(built):
    """The tiny site, checked once."""
    assert check_results(built.root).ok
    return built


@pytest.fixture
def looked_at(monkeypatch):
    """The names of results that were checked anew."""
    names = []
    real = freshness.check_result

    def check_result(code_base, store, result, declaration):
        names.append(result.name)
        return real(code_base, store, result, declaration)

    monkeypatch.setattr(freshness, "check_result", check_result)
    return names


def test_nothing_is_checked_twice(checked, looked_at):
    assert check_results(checked.root).ok
    assert looked_at == []


def test_an_edit_of_a_helper_is_seen(checked, looked_at):
    before = checked.read("scripts/helpers.py")
    checked.edit("scripts/helpers.py", "FACTOR = 3", "FACTOR = 4")
    assert "total" in checked.stale()
    checked.write("scripts/helpers.py", before)
    assert checked.stale() == set()
    assert "total" in looked_at


def test_a_result_changed_by_hand_is_seen(checked):
    path = "docs/assets/results/tiny/total.json"
    checked.write(path, checked.read(path).replace('"value":12', '"value":13'))
    assert checked.stale() == {"total"}


def test_a_new_file_that_an_import_could_mean_is_seen(checked, looked_at):
    checked.write("scripts/other.py", "")
    assert check_results(checked.root).ok
    assert looked_at


def test_damaged_and_foreign_verdicts_are_passed_over(checked, looked_at):
    path = checked.path(KEPT)
    checked.edit("scripts/helpers.py", "FACTOR = 3", "FACTOR = 4")
    stale = checked.stale()
    text = path.read_bytes()
    path.write_bytes(text.replace(b"total", b"tutal"))
    assert checked.stale() == stale
    record = read_kept(path)
    write_kept(path, {**record, "tools": "others"})
    looked_at.clear()
    assert checked.stale() == stale
    assert "rows" in looked_at


def test_stale_results_are_noted_by_no_verdict(checked):
    checked.edit("scripts/helpers.py", "FACTOR = 3", "FACTOR = 4")
    assert checked.stale() == checked.stale() != set()

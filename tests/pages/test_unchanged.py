"""A build after which nothing changed: it takes what the last one noted, and nothing of it when it is damaged or out of date."""

import pytest

from embedguide.kept import read_kept, write_kept

PAGES = ".cache/pages"


@pytest.fixture
def once(built):
    """The tiny site with its pages built once."""
    ran = built.mkdocs()
    assert ran.code == 0, ran.err
    return built


def noted(project):
    return sorted(project.path(PAGES).glob("*.json"))


def doctor(project):
    """Change what was noted of every page in the way the program would write it; the next build shows whether it took it."""
    for path in noted(project):
        record = read_kept(path)
        record["placed"] = {name: html.replace(">12", ">1200") for name, html in record["placed"].items()}
        write_kept(path, record)


def test_the_pieces_of_an_unchanged_page_are_taken_from_the_last_build(once):
    assert ">12<" in once.read("site/index.html")
    doctor(once)
    assert once.mkdocs().code == 0
    assert ">1200<" in once.read("site/index.html")


@pytest.mark.parametrize("name", ["docs/index.md", "mkdocs.yml", "scripts/helpers.py"])
def test_any_edit_places_them_anew(once, name):
    doctor(once)
    once.write(name, once.read(name) + "\n")
    assert once.mkdocs().code == 0
    assert ">1200<" not in once.read("site/index.html")


def test_damaged_notes_are_passed_over(once):
    before = once.read("site/index.html")
    for path in noted(once):
        path.write_bytes(path.read_bytes().replace(b">12<", b">13<"))
    assert once.mkdocs().code == 0
    assert once.read("site/index.html") == before


def test_a_page_behind_an_exhibit_is_published_again(once):
    behind = once.read("site/assets/behind/tiny/bars.html")
    assert once.mkdocs().code == 0
    assert once.read("site/assets/behind/tiny/bars.html") == behind
    for path in once.path(".cache/exhibits").rglob("*.html"):
        path.unlink()
    assert once.mkdocs().code == 0
    assert once.read("site/assets/behind/tiny/bars.html") == behind


def test_a_record_is_read_back_only_as_it_was_written(tmp_path):
    path = tmp_path / "deep/record.json"
    assert read_kept(path) is None
    write_kept(path, {"a": ["é", 1]})
    assert read_kept(path) == {"a": ["é", 1]}
    whole = path.read_bytes()
    for damaged in (b"", whole[:-1], whole + b" ", whole.replace(b"1]", b"2]"), b"\xff\n{}"):
        path.write_bytes(damaged)
        assert read_kept(path) is None

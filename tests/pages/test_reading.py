"""What stands around results: citations, terms, notes, references, bylines, lists, formulas, pictures."""

import json
import re

import pytest

from embedguide.figures.painted import figure_in, unpacked
from embedguide.pages.errors import PageError
from embedguide.pages.math import mathml
from embedguide.pages.outline import Outline
from embedguide.pages.pictures import KINDS, picture_names
from embedguide.results import ResultId

BIB = """
@article{firth1957, author = {Firth, John Rupert}, title = {A Synopsis of {Linguistic} Theory}, journal = {Studies}, year = {1957}}
@article{trio2013, author = {Mikolov, Tomas and Chen, Kai and Corrado, Greg}, title = {Vectors & <b>}, year = {2013}, url = {https://example.org/v}}
"""


@pytest.fixture
def guide(project):
    """A built tiny guide with a chapter, a bibliography and a glossary; ``guide(text)`` is the chapter's HTML."""
    tiny = project()
    tiny.write("docs/references.bib", BIB)
    tiny.write("docs/glossary.md", "# Glossary\n\n## Token\n\nA piece of *text*.\n\n## Token table\n\nThe table.\n")
    tiny.build()

    def page(text, front=""):
        tiny.write("docs/chapters/tiny.md", f"{front}# A question?\n\n{text}\n")
        ran = tiny.mkdocs()
        return ran, tiny.read("site/chapters/tiny.html") if ran.code == 0 else ""

    page.tiny = tiny
    return page


def html_of(page, text, front=""):
    ran, html = page(text, front)
    assert ran.code == 0, ran.err
    return html


def error_of(page, text, front=""):
    ran, _ = page(text, front)
    assert ran.code == 1
    return ran.err


def test_citations_are_numbered_in_order_of_use_and_listed(guide):
    html = html_of(
        guide,
        'Later {{ cite("trio2013") }}, first {{ cite("firth1957") }}, again {{ cite("trio2013") }}.\n\n{{ appendix() }}',
    )
    assert re.findall(r'class="eg-cite" href="#ref-(\w+)"[^>]*>\[(\d)\]', html) == [
        ("trio2013", "1"),
        ("firth1957", "2"),
        ("trio2013", "1"),
    ]
    assert re.findall(r'id="ref-(\w+)"', html) == ["trio2013", "firth1957"]
    assert "J. R. Firth" in html and "A Synopsis of Linguistic Theory" in html
    assert "Vectors &amp; &lt;b&gt;" in html and '<a href="https://example.org/v">' in html


def test_an_unknown_reference_names_the_nearest(guide):
    error = error_of(guide, 'See {{ cite("firth1975") }}.')
    assert "docs/references.bib has no entry 'firth1975'. Did you mean 'firth1957'?" in error


def test_a_broken_bibliography_is_named(guide):
    guide.tiny.write("docs/references.bib", "@article{x, title = {open")
    assert "docs/references.bib cannot be read" in error_of(guide, 'See {{ cite("x") }}.')


def test_a_term_carries_its_definition_and_leads_to_the_glossary(guide):
    html = html_of(guide, 'A {{ term("token", "tokens") }} and a {{ term("token table") }}.')
    assert 'href="../glossary.html#token"' in html and ">tokens</a>" in html
    assert "A piece of <em>text</em>." in html
    assert 'href="../glossary.html#token-table"' in html
    assert 'id="token-table"' in guide.tiny.read("site/glossary.html")


def test_an_unknown_term_names_the_nearest(guide):
    assert "docs/glossary.md does not explain 'tokken'. Did you mean 'token'?" in error_of(
        guide, '{{ term("tokken") }}'
    )


def test_notes_are_numbered_and_hold_markdown(guide):
    html = html_of(guide, 'One{{ note("a *b* c") }} two{{ note("d <script>") }}.')
    assert re.findall(r'eg-note-mark">(\d)<', html) == ["1", "2"]
    assert "a <em>b</em> c" in html


def test_a_reference_says_figure_and_number_and_where(guide):
    guide.tiny.write("docs/chapters/other.md", '# Other\n\n{{ table("tiny/rows") }}\n')
    html = html_of(guide, 'See {{ ref("tiny/bars") }} and {{ ref("tiny/rows") }}.\n\n{{ figure("tiny/bars") }}')
    assert 'href="#fig-tiny-bars">Figure\u00a01</a>' in html
    assert 'href="other.html#table-tiny-rows">Table\u00a01 in Other</a>' in html


def test_a_reference_to_nothing_is_an_error(guide):
    assert "there is no result 'tiny/bar'. The nearest is 'tiny/bars'" in error_of(guide, '{{ ref("tiny/bar") }}')


def test_a_view_sets_controls_and_refuses_unknown_ones(guide):
    html = html_of(guide, '{{ figure("tiny/bars") }}\n\n{{ view("tiny/bars", "look at one", find="a b&c") }}')
    assert 'href="#fig-tiny-bars?find=a%20b%26c">look at one</a>' in html
    error = error_of(guide, '{{ figure("tiny/bars") }}\n\n{{ view("tiny/bars", "x", layer=7) }}')
    assert "figure 'tiny/bars' has no control 'layer'. It has: none" in error


def test_a_byline_has_dates_authors_and_a_reading_time(guide):
    front = "---\npublished: 2026-11-22\nupdated: 2026-12-01\nauthors: [Ada Lovelace]\n---\n"
    html = html_of(guide, "{{ byline() }}\n\n" + "word " * 660, front)
    assert "22 November 2026" in html and 'datetime="2026-12-01"' in html and "Ada Lovelace" in html
    assert "3 minutes" in html


def test_a_date_that_is_none_is_named(guide):
    error = error_of(guide, "{{ byline() }}", "---\npublished: soon\n---\n")
    assert "docs/chapters/tiny.md: 'published' must be a date such as 2026-11-22, got 'soon'" in error


def test_the_appendix_says_how_to_cite_and_how_it_was_computed(guide):
    html = html_of(guide, "{{ appendix() }}", "---\npublished: 2026-11-22\n---\n")
    assert "@incollection{embedguide-tiny," in html and "https://example.org/chapters/tiny.html" in html
    assert "python scripts/build.py tiny" in html


def test_lists_of_figures_and_chapters(guide):
    guide.tiny.write("docs/list.md", "# All\n\n{{ figures() }}\n\n{{ chapters() }}\n")
    html_of(guide, '{{ figure("tiny/bars") }}\n\n{{ table("tiny/rows") }}', "---\ndescription: What it says.\n---\n")
    html = guide.tiny.read("site/list.html")
    assert 'href="chapters/tiny.html#fig-tiny-bars"' in html and 'href="chapters/tiny.html#table-tiny-rows"' in html
    assert "A question?" in html and "What it says." in html


def test_formulas_become_mathml_and_keep_their_source(guide):
    html = html_of(guide, r"Inline $\frac{{a}}{b}$ and" "\n\n" r"$$\cos(a, b) < 1$$")
    assert "<mfrac>" in html and r'alttext="\frac{{a}}{b}"' in html
    assert 'display="block"' in html and "\\(" not in html


@pytest.mark.parametrize(
    ("formula", "reason"), [(r"\left( a", "ExtraLeftOrMissingRight"), (r"\nosuch{a}", "no command"), ("a_", "Missing")]
)
def test_a_formula_that_cannot_be_read_is_named(formula, reason):
    with pytest.raises(PageError, match=rf"^the formula {re.escape(repr(formula))} cannot be read: .*{reason}"):
        mathml(formula, display=False)


def test_a_widget_that_does_not_exist_is_an_error(guide):
    assert "there is no widget 'nothing'" in error_of(guide, '{{ widget("nothing", "tiny/rows") }}')


def test_the_outline_follows_the_navigation(project):
    tiny = project()
    tiny.write(
        "mkdocs.yml",
        tiny.read("mkdocs.yml")
        + "nav:\n  - Home: index.md\n  - Part:\n      - Two: chapters/two.md\n      - chapters/one.md\n",
    )
    for name in ("one", "two", "three"):
        tiny.write(f"docs/chapters/{name}.md", f"# Heading {name}\n")
    outline = Outline(tiny.root)
    assert [(p.slug, p.section, p.title) for p in outline.chapters()] == [
        ("two", "Part", "Two"),
        ("one", "Part", "One"),
        ("three", "", "Three"),
    ]
    assert outline.chapters()[0].heading == "Heading two"


def test_front_matter_that_is_no_yaml_is_named(project):
    tiny = project()
    tiny.write("docs/chapters/one.md", "---\na: [\n---\n# One\n")
    with pytest.raises(PageError, match=r"docs/chapters/one\.md: the lines between --- are no YAML"):
        Outline(tiny.root)


def test_a_picture_is_named_for_the_figure_and_the_theme_it_shows(project):
    tiny = project()
    tiny.build()
    result, document = ResultId("tiny", "bars"), tiny.document("bars")
    names = picture_names(result, document)
    assert set(names) == set(KINDS) and len(set(names.values())) == 4
    same = json.loads(json.dumps({**document, "caption": "other words"}))
    assert picture_names(result, same) == names
    document["plotly"]["data"][0]["y"][0] += 1
    assert not set(picture_names(result, document).values()) & set(names.values())


def test_a_picture_wears_the_colors_of_its_palette():
    document = {
        "plotly": {
            "data": [{"type": "bar", "marker": {"color": "@accent"}}],
            "layout": {"yaxis2": {"title": {"text": "t"}}},
        }
    }
    light, dark = (figure_in(palette, document) for palette in ("light", "dark"))
    assert light["data"][0]["marker"]["color"] != dark["data"][0]["marker"]["color"]
    assert "@" not in json.dumps(light)
    assert light["layout"]["yaxis2"]["gridcolor"] == light["layout"]["yaxis"]["gridcolor"]


def test_packed_integers_are_unpacked_with_their_scale():
    assert unpacked({"x": {"bdata": "AQD//w==", "dtype": "i2", "scale": 0.5, "shape": "2"}}) == {"x": [0.5, -0.5]}

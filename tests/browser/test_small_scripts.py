"""What small scripts answer, asked for by themselves in a page: numbers, titles, names, labels, lines, a figure's own page."""

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def ask(visit):
    """Calls a function of a script: ``ask("format", "cellText", 1, {})``."""
    page = visit().go("glossary/").page
    call = """([script, name, parts]) =>
      import(`/assets/embedguide/js/${script}.js`).then(found => found[name](...parts))"""
    return lambda script, name, *parts: page.evaluate(call, [script, name, list(parts)])


def test_numbers_are_written_as_the_guide_writes_them(ask):
    cases = [
        (-1234.5, ",.1f", "\u22121\u202f234.5"), (1234567, ",d", "1\u202f234\u202f567"), (0.25, "+.2f", "+0.25"),
        (-0.25, "+.2f", "\u22120.25"), (0.256, ".0%", "26\u202f%"), (0.000123456, None, "0.0001235"),
        (0.00012, ".1e", "1.2e-4"), (None, ".2f", "–"), (True, None, "yes"), (False, None, "no"), ("-x", ".2f", "-x"),
    ]  # fmt: skip
    for value, form, expected in cases:
        assert ask("format", "cellText", value, {"format": form}) == expected


def test_a_title_is_broken_where_its_axis_is_too_short_for_it(ask):
    text = "the first principal component of the rows, in their own space"
    layout = {
        "xaxis": {"title": {"text": text}},
        "xaxis2": {"title": {"text": text, "standoff": 3}, "domain": [0, 0.5]},
        "yaxis": {"title": {"text": f"<b>{text}</b> and more of it"}},
    }
    fitted = ask("fit", "wrapTitles", layout, 600, 400, 14)
    assert (fitted["xaxis"], fitted["yaxis"]) == (layout["xaxis"], layout["yaxis"])
    broken = fitted["xaxis2"]["title"]
    assert broken["text"].replace("<br>", " ") == text and broken["standoff"] == 3
    assert max(map(len, broken["text"].split("<br>"))) <= 34


def test_every_how_manyth_name_of_a_vocabulary_is_a_point_s(visit):
    page = visit().go("glossary/").page
    read = """step => import('/assets/embedguide/js/names.js').then(({ readNames }) => {
      const names = ['-', '-', '-']
      readNames('0 a\\n1 b c\\n2 d\\n4 \\u2423e\\n13 f\\nno line', names, step)
      return names })"""
    assert page.evaluate(read, 1) == ["a", "b c", "d"]
    assert page.evaluate(read, 2) == ["a", "d", "\u2423e"]
    assert page.evaluate(read, 39) == ["a", "f", "-"]


def test_labels_out_of_data_are_plain_text_in_traces_and_on_axes(ask):
    figure = {
        "data": [{"text": ["<b>&"], "x": [1, 2], "customdata": [["<i>", 1]], "hovertemplate": "<b>%{x}</b>"}],
        "layout": {"xaxis": {"ticktext": ["<i>"]}, "yaxis2": {"categoryarray": ["a&b"]}, "title": "<b>t</b>"},
    }
    safe = ask("safe", "withPlainLabels", figure)
    (trace,) = safe["data"]
    assert (trace["text"], trace["customdata"]) == (["&lt;b&gt;&amp;"], [["&lt;i&gt;", 1]])
    assert (trace["x"], trace["hovertemplate"]) == ([1, 2], "<b>%{x}</b>")
    assert safe["layout"]["xaxis"]["ticktext"] == ["&lt;i&gt;"]
    assert safe["layout"]["yaxis2"]["categoryarray"] == ["a&amp;b"]
    assert safe["layout"]["title"] == "<b>t</b>"
    assert ask("safe", "plain", "a" * 500) == "a" * 120 + "…"


@pytest.mark.parametrize("kind", ["scatter", "scatter3d"])
def test_lines_lead_from_a_point_to_those_of_every_linked_trace(ask, kind):
    data = [
        {"type": kind, "x": [0, 1], "y": [2, 3], "z": [8, 9]},
        {"type": kind, "x": [7], "y": [7], "z": [7]},
        {"type": kind, "x": [4, 5], "y": [6, 7], "z": [1, 2]},
    ]
    links = {"traces": [0, 2], "to": [[3], [0, 2], [], []], "label": "near"}
    lines = ask("links", "linesFrom", data, links, {"curve": 0, "point": 1})
    expected = {"x": [1, 0, None, 1, 4, None], "y": [3, 2, None, 3, 6, None]}
    assert lines == expected | ({"z": [9, 8, None, 9, 1, None]} if kind == "scatter3d" else {})
    assert not any(ask("links", "linesFrom", data, links, {"curve": 1, "point": 0}).values())
    assert not any(ask("links", "linesFrom", data, links, None).values())


def test_a_page_of_a_figure_holds_its_words_as_words(visit):
    parts = {
        "title": '<i> & "quotes" &lt;', "paper": "#fff", "layout": {},
        "data": [{"text": ["</script><script>window.hacked = 1</script><!--"]}], "source": '"</SCRIPT>"',
    }  # fmt: skip
    made = (
        visit()
        .go("glossary/")
        .page.evaluate(
            """parts => import('/assets/embedguide/js/standalone.js').then(({ pageOf }) => {
          const page = new DOMParser().parseFromString(pageOf(parts), 'text/html')
          const [, own] = page.scripts
          const figure = new Function(`${own.textContent.split('\\nPlotly')[0]}; return figure`)()
          return [page.title, page.getElementById('figure').getAttribute('aria-label'), page.scripts.length, figure.data] })""",
            parts,
        )
    )
    assert made == [parts["title"], parts["title"], 2, parts["data"]]

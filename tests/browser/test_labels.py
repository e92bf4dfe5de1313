"""Labels beside points on a phone: whole, apart from one another, and beside their own point."""

import pytest

pytestmark = pytest.mark.browser
# Pages and figures whose labels are crowded on a narrow screen, and a state that moves their points.
CROWDED = {
    "maps/words": "seed=3",
    "learning/company": "step=200",
    "tfidf/word-map": "formula=library",
}
# Boxes of the labels that can be seen, their texts, and the box of the plot.
LABELS = """id => {
  const plot = document.querySelector(`#${id} .eg-plot`)
  const box = node => { const {left, top, right, bottom} = node.getBoundingClientRect(); return [left, top, right, bottom] }
  const seen = [...plot.querySelectorAll(".textpoint")].filter(one => getComputedStyle(one).visibility !== "hidden")
  return {plot: box(plot), labels: seen.map(one => [one.textContent, ...box(one)])}
}"""


def common(one, other):
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(width, 0) * max(height, 0)


def size(box):
    return (box[2] - box[0]) * (box[3] - box[1])


@pytest.mark.parametrize("moved", [False, True])
@pytest.mark.parametrize("name", CROWDED)
def test_labels_can_be_read_on_a_phone(visit, name, moved):
    chapter, figure = name.split("/")
    root = f"fig-{chapter}-{figure}"
    found = visit(narrow=True, reduced_motion="reduce").go(f"chapters/{chapter}/")
    found.draw(root)
    if moved:
        found.page.evaluate("hash => { location.hash = hash }", f"{root}?{CROWDED[name]}")
        found.page.wait_for_function("id => document.getElementById(id).dataset.egState === 'drawn'", arg=root)
        found.page.wait_for_timeout(500)
    seen = found.page.evaluate(LABELS, root)
    assert len(seen["labels"]) >= 4
    for place, (text, *box) in enumerate(seen["labels"]):
        assert common(box, seen["plot"]) > 0.95 * size(box), f"{text} is cut off"
        for other, *taken in seen["labels"][:place]:
            assert common(box, taken) <= 0.3 * size(box), f"{text} lies over {other}"
    assert found.problems == []


def test_a_label_keeps_to_its_point(visit):
    root = "fig-learning-company"
    found = visit(narrow=True, reduced_motion="reduce").go("chapters/learning/")
    found.draw(root)
    reach = found.page.evaluate(
        """id => [...document.querySelectorAll(`#${id} .textpoint`)].map(one => {
      const text = one.querySelector("text"), {x, y, width, height} = text.getBBox()
      const [, dx, dy] = one.getAttribute("transform").match(/translate\\(([-\\d.]+),([-\\d.]+)\\)/).map(Number)
      const apart = (point, from, length) => Math.max(from - point, point - from - length, 0)
      return Math.hypot(apart(Number(text.getAttribute("x")), x + dx, width), apart(Number(text.getAttribute("y")), y + dy, height))
    })""",
        root,
    )
    assert len(reach) >= 4 and max(reach) < 15

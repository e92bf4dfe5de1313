"""What tests of networks share: a network in a reader's hands."""

from __future__ import annotations

import json
import re

from guide_pages import ROOT

FOLDER = ROOT / "docs/assets/results/graph"
CARD = "[data-part=card]"


def records(name):
    """The rows of a result of the chapter as dicts."""
    found = json.loads((FOLDER / f"{name}.json").read_bytes())
    names = [column["name"] for column in found["columns"]]
    return [dict(zip(names, row, strict=True)) for row in found["rows"]]


def sketch(drawing):
    """What a drawing shows: lines as (width, ends), places of dots, names with their places."""
    script = "all => all.map(one => [one.getAttribute('stroke-width') ?? '', one.getAttribute('d')])"
    paths = drawing.locator(".eg-net__all path").evaluate_all(script)
    lines = {
        (float(width or 0), frozenset(ends)) for width, d in paths for ends in re.findall(r"M([\d -]+)L([\d -]+)", d)
    }
    dots = {place for _, d in paths for place in re.findall(r"M([\d -]+)h0", d)}
    script = "all => all.map(one => [one.textContent, one.getAttribute('x'), one.getAttribute('y'), one.getAttribute('class')].join())"
    return lines, dots, set(drawing.locator(".eg-net__all text").evaluate_all(script))


class Net:
    """A network on an open page."""

    def __init__(self, found, widget):
        self.found, self.page, self.widget = found, found.page, widget
        self.root = self.page.locator(f"#{widget}")
        self.root.scroll_into_view_if_needed()
        self.map = self.root.locator(".eg-net__panel:not([hidden]) svg:visible")
        self.wait("root.querySelector('[data-part=card] ul')")

    def wait(self, condition, argument=None):
        """Wait until the condition on `root` holds."""
        script = f"([id, argument]) => {{ const root = document.getElementById(id); return {condition} }}"
        self.page.wait_for_function(script, arg=[self.widget, argument], timeout=10_000)

    def click(self, token):
        """Click a token of the drawing."""
        box = self.map.locator("text", has_text=re.compile(f"^{re.escape(token)}$")).first.bounding_box()
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.wait("root.querySelector('.eg-net__map--lit')")

    def seek(self, token):
        """Type a token into the field, and press Enter."""
        self.root.locator("[data-part=find]").fill(token)
        self.page.keyboard.press("Enter")

    def listed(self):
        """The tokens that the card lists, and the first of their cosines."""
        items = self.root.locator(f"{CARD} li").all_inner_texts()
        return [item.rsplit(" ", 1)[0] for item in items], float(items[0].rsplit(" ", 1)[1].replace("−", "-"))

    def lit(self):
        """The tokens of the drawing that are lit up."""
        return set(self.map.locator(".eg-net__lit text").all_text_contents())

    def n_pairs(self):
        """How many pairs of places are joined by a line."""
        return len({ends for _, ends in sketch(self.map)[0]})

    def centers(self):
        """The tokens that were asked for."""
        return self.map.locator(".eg-net__all text.eg-net__center").all_text_contents()

"""Milliseconds of scripting that one step of a figure's control costs in a browser, and as a ratio to a fixed piece of work.

``python bench/state_change.py [address ...]`` after ``make site``; needs a Chromium. The budget is 50 ms for a step that
happens at once, as under reduced motion; motion draws the plot again in each frame of its 220 ms. The ratio is to reading
and writing a fixed JSON text in the same page, since milliseconds depend on what else the machine does.
"""

from __future__ import annotations

import itertools
import statistics
import sys
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import CDPSession, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests/browser")]

from chromium import FLAGS, ensure_chromium  # noqa: E402  (the tests' own browser and server)
from guide_pages import chapter_paths  # noqa: E402
from site_server import serve  # noqa: E402

ROUNDS = 5
MOTIONS: dict[Literal["reduce", "no-preference"], str] = {"reduce": "at once", "no-preference": "with motion"}
FIXED = "JSON.parse(JSON.stringify(Array.from({length: 20000}, (_, n) => ({n, half: n / 2}))))"
# One step of the first slider or choice of a figure, there and back in turn.
STEP = """(panel) => {
  const input = panel.querySelector(".eg-control input[type=range], .eg-control select")
  const [last, now] = [input.max ? Number(input.max) : input.options.length - 1, Number(input.value)]
  input.value = String(now < last ? now + 1 : now - 1)
  input.dispatchEvent(new Event("input", { bubbles: true }))
}"""


def cost(page: Page, session: CDPSession, act: str, on: str) -> float:
    """Median milliseconds of scripting of an act on an element, what it goes on doing in later frames included."""
    found = []
    for _ in range(ROUNDS):
        session.send("Profiler.start")
        # From a timer, as a reader's own press would come.
        page.eval_on_selector(on, f"(element) => {{ setTimeout(() => ({act})(element)) }}")
        page.wait_for_timeout(600)
        found.append(scripting(session.send("Profiler.stop")["profile"]))
    return statistics.median(found)


def scripting(profile: dict[str, Any]) -> float:
    """Milliseconds in which a profile's samples lay in a script, not in waiting or in the browser's own work."""
    scripts = {node["id"] for node in profile["nodes"] if not node["callFrame"]["functionName"].startswith("(")}
    spent = zip(profile["samples"], profile["timeDeltas"], strict=True)
    return sum(delta for node, delta in spent if node in scripts) / 1000


def measure(page: Page, home: str, path: str, motion: Literal["reduce", "no-preference"]) -> None:
    """Print one line for each figure of a page that has a slider or a choice."""
    session = page.context.new_cdp_session(page)
    session.send("Profiler.enable")
    session.send("Profiler.setSamplingInterval", {"interval": 200})
    page.goto(home + path)
    page.wait_for_selector("html[data-eg-ready]", state="attached")
    fixed = cost(page, session, f"() => {{ {FIXED} }}", "body")
    for figure in page.locator("[data-eg-figure]").all():
        name = figure.get_attribute("id")
        panel = f"#{name} .eg-panel:not([hidden])"
        if not page.locator(f"{panel} .eg-control :is(input[type=range], select)").count():
            continue
        figure.scroll_into_view_if_needed()
        page.mouse.move(9, 9)
        waiting = page.locator(f"{panel} [data-tool=request]")
        if waiting.count():
            continue  # its reader asks for it first
        page.wait_for_selector(f"#{name}[data-eg-state=drawn]")
        took = cost(page, session, STEP, panel)
        print(f"{name:30} {MOTIONS[motion]:12} {took:6.0f} ms  {took / fixed:5.1f} times the fixed work", flush=True)


def main(paths: list[str]) -> None:
    """Measure the figures of each page."""
    with serve(ROOT / "site") as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=ensure_chromium(), args=list(FLAGS))
        for path, motion in itertools.product(paths, MOTIONS):
            page = browser.new_page(reduced_motion=motion)
            measure(page, home, path, motion)
            page.close()


if __name__ == "__main__":
    main(sys.argv[1:] or chapter_paths())

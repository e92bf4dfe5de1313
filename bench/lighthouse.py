"""Lighthouse's four scores for pages of the built site, mobile preset, compression on.

``python bench/lighthouse.py [address ...]`` after ``make site``; needs npx and a Chromium. Performance depends on what else
the machine does, so each page is measured three times and the median is printed.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests/browser")]

from chromium import FLAGS, ensure_chromium  # noqa: E402  (the tests' own browser and server)
from site_server import serve  # noqa: E402

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
ROUNDS = 3


def scores(url: str) -> dict[str, float]:
    """Category -> score of one run, 0 to 100."""
    command = [
        "npx",
        "--yes",
        "lighthouse@12",
        url,
        "--quiet",
        "--output=json",
        f"--chrome-flags=--headless {' '.join(FLAGS)}",
    ]
    environment = {**os.environ, "CHROME_PATH": ensure_chromium()}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found = json.loads(ran.stdout)["categories"]
    return {name: 100 * (found[name]["score"] or 0) for name in CATEGORIES}


def main(paths: list[str]) -> None:
    """Print a line per page."""
    with serve(ROOT / "site") as home:
        for path in paths:
            runs = [scores(home + path) for _ in range(ROUNDS)]
            medians = {name: statistics.median(run[name] for run in runs) for name in CATEGORIES}
            print(path or "home", " ".join(f"{name} {value:.0f}" for name, value in medians.items()))


if __name__ == "__main__":
    main(sys.argv[1:] or ["", "chapters/similarity/"])

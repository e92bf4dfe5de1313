"""Computes what is stale or missing: ``python scripts/build.py [chapter ...]``. The same as ``embedguide build``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from embedguide.cli import main

if __name__ == "__main__":
    main()

"""A copy of the real project in a tmp folder, and its commands, run there by the Python that runs the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPIED = (
    "docs",
    "embedguide",
    "scripts",
    "tests",
    "mkdocs.yml",
    "pyproject.toml",
    "Makefile",
    "constraints.txt",
    ".gitignore",
)
LEFT = shutil.ignore_patterns("__pycache__", "*.egg-info", "node_modules")


class GuideCopy:
    """A copy that tests may change.

    Args:
        root: Where it goes; must not exist.
    """

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True)
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, root / name, ignore=LEFT)
            else:
                shutil.copyfile(source, root / name)
        self.root = root
        self.before: dict[str, bytes] = {}
        self.environment = {
            **os.environ, "PYTHONPATH": str(root), "NO_MKDOCS_2_WARNING": "1", "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip

    def run(self, *arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run ``python <arguments>`` in the copy; may fail."""
        return subprocess.run(
            [sys.executable, *arguments], cwd=self.root, env={**self.environment, **(environment or {})},
            capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip

    def must(self, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
        """Run ``python <arguments>``, which must succeed; what it said on standard error."""
        ran = self.run(*arguments, environment=environment)
        assert ran.returncode == 0, ran.stderr + ran.stdout
        return ran.stderr

    def read(self, name: str) -> str:
        return (self.root / name).read_text("utf-8")

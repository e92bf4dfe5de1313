"""Runs notebooks: each in a kernel of its own, which notes what it used."""

from embedguide.running.notebooks import build_notebook
from embedguide.running.verifying import verify_notebook

__all__ = ["build_notebook", "verify_notebook"]

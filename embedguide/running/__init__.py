"""Runs notebooks: each in a kernel of its own, which notes what it used."""

from embedguide.running.notebooks import build_notebook

__all__ = ["build_notebook"]

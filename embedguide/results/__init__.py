"""Results: what they hold, where they came from, whether they are fresh, and how they lie on disk."""

from embedguide.results.content import (
    Column,
    Control,
    Drawing,
    Links,
    Quantized,
    ResultError,
    State,
    judge,
    quantize,
)
from embedguide.results.freshness import Freshness, Report, all_units, chapter_slugs, check_results
from embedguide.results.store import DamagedResult, ResultId, Store

__all__ = [
    "Column", "Control", "DamagedResult", "Drawing", "Freshness", "Links", "Quantized", "Report", "ResultError",
    "ResultId", "State", "Store", "all_units", "chapter_slugs", "check_results", "judge", "quantize",
]  # fmt: skip

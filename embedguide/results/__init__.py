"""Results: what they hold, where they came from, whether they are fresh, and how they lie on disk."""

from embedguide.results.content import (
    Column,
    Control,
    Drawing,
    Quantized,
    ResultError,
    State,
    judge,
    quantize,
)
from embedguide.results.freshness import Freshness, Report, chapter_slugs, check_results
from embedguide.results.store import DamagedResult, ResultId, Store

__all__ = [
    "Column", "Control", "DamagedResult", "Drawing", "Freshness", "Quantized", "Report", "ResultError", "ResultId",
    "State", "Store", "chapter_slugs", "check_results", "judge", "quantize",
]  # fmt: skip

"""Layer 1: where bytes come from. Models, word vectors and corpora, pinned by revision and sha256, with mirrors."""

from embedguide.sources.cache import cache_root
from embedguide.sources.errors import SourceError, UnknownSource
from embedguide.sources.fetching import LocalSource, fetch, fetch_many, watch_sources
from embedguide.sources.progress import PlainProgress, Progress
from embedguide.sources.registry import Source, SourceFile, all_sources, find_source

__all__ = [
    "LocalSource",
    "PlainProgress",
    "Progress",
    "Source",
    "SourceError",
    "SourceFile",
    "UnknownSource",
    "all_sources",
    "cache_root",
    "fetch",
    "fetch_many",
    "find_source",
    "watch_sources",
]

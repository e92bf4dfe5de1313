"""Layer 2, opened sources: token tables (tokenizer and embedding matrix) and language models."""

from embedguide.models.errors import ModelError, NotOneToken
from embedguide.models.glyphs import glyph
from embedguide.models.language_model import LanguageModel, open_language_model
from embedguide.models.token_table import TokenTable, open_token_table

__all__ = [
    "LanguageModel",
    "ModelError",
    "NotOneToken",
    "TokenTable",
    "glyph",
    "open_language_model",
    "open_token_table",
]

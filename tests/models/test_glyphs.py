"""A glyph can always be seen, and says which character it stands for."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedguide.models import glyph
from embedguide.models.glyphs import text_of_bytes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" cat", "␣cat"),
        ("    ", "␣␣␣␣"),
        ("\n\n\tx", "⏎⏎⇥x"),
        ("\r", "‹U+000D›"),
        ("\x07", "‹U+0007›"),
        ("a\u202eb", "a‹U+202E›b"),
        ("\u200b", "‹U+200B›"),
        ("\ufeff", "‹U+FEFF›"),
        ("\u00a0", "‹U+00A0›"),
        ("\ue000", "‹U+E000›"),
        ("\u3164", "‹U+3164›"),
        ("<script", "<script"),
        ("-->{{", "-->{{"),
        ("漢字é", "漢字é"),
        ("##ing", "##ing"),
        (b"\xa1", "<0xA1>"),
        (b" \xe6\xbc", "␣<0xE6><0xBC>"),
        (b"caf\xc3\xa9\xc3", "café<0xC3>"),
        ("", ""),
    ],
)
def test_glyph(text: str | bytes, expected: str) -> None:
    assert glyph(text) == expected


@given(st.text(alphabet=st.characters(), max_size=30) | st.binary(max_size=30))
def test_glyph_holds_nothing_unseen(text: str | bytes) -> None:
    shown = glyph(text)
    assert all(unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp", "Zs") for character in shown)
    shown.encode()  # no half characters


@given(st.binary(max_size=12))
def test_text_of_bytes_keeps_every_byte(raw: bytes) -> None:
    text = text_of_bytes(raw)
    assert glyph(raw) == glyph(text)
    lone = raw.decode(errors="ignore")
    assert text.count("<0x") - lone.count("<0x") == len(raw) - len(lone.encode())

"""Token text made visible: one mark per space, line end and tab, an escape for whatever cannot be seen."""

import unicodedata
from functools import cache

SPACE_MARK = "␣"
NEWLINE_MARK = "⏎"
TAB_MARK = "⇥"
_MARKS = {" ": SPACE_MARK, "\n": NEWLINE_MARK, "\t": TAB_MARK}
# Cc control, Cf format (bidi, zero-width, soft hyphen), Cs surrogate, Co private use, Zs/Zl/Zp spaces other
# than U+0020.
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zs", "Zl", "Zp"})
# Letters and marks that Unicode calls default-ignorable: they have no shape of their own either.
_UNSEEN_RANGES = (
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x2065, 0x2065),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0xE0000, 0xE0FFF),
)


def glyph(text_or_token: str | bytes) -> str:
    """Return the text with every character visible, on one line.

    A space is `␣`, a line feed `⏎`, a tab `⇥`. Lone bytes (bytes that are no UTF-8) are `<0xA1>`. Control,
    bidi, zero-width, private-use and other unseen characters are `‹U+202E›`. All else stays as it is:
    escaping for HTML is the business of whoever writes HTML.

    Args:
        text_or_token: decoded text, or the raw bytes of a token.
    """
    text = text_of_bytes(text_or_token) if isinstance(text_or_token, bytes) else text_or_token
    if text.isascii() and text.isprintable():  # most tokens
        return text.replace(" ", SPACE_MARK)
    return "".join(map(_visible, text))


def text_of_bytes(raw: bytes) -> str:
    """Return the UTF-8 text of the bytes of a token, with bytes that are no UTF-8 written as `<0xA1>`."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        text = raw.decode(errors="surrogateescape")
        return "".join(_lone_byte(c) if "\udc80" <= c <= "\udcff" else c for c in text)


def _lone_byte(character: str) -> str:
    return f"<0x{ord(character) - 0xDC00:02X}>"


@cache
def _visible(character: str) -> str:
    if character in _MARKS:
        return _MARKS[character]
    if "\udc80" <= character <= "\udcff":
        return _lone_byte(character)
    code = ord(character)
    unseen = unicodedata.category(character) in _UNSEEN_CATEGORIES
    if unseen or any(first <= code <= last for first, last in _UNSEEN_RANGES):
        return f"‹U+{code:04X}›"
    return character

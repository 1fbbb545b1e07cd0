"""Strings of a relying party are hostile: this decides what of them reaches a screen or a file."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

ELLIPSIS = "…"

# Control (Cc) and format (Cf: bidi overrides, zero width, tags) characters, lone surrogates (Cs), unassigned
# code points and noncharacters (Cn), the two Unicode line separators: among them, all that XML 1.0 forbids.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: str, *, lines: bool = True) -> str:
    r"""`text` with each character that acts instead of being read written out, as in `\x1b` or `\u202e`.

    With `lines`, line feeds and tabs stay and CRLF is a plain line feed; without, they are written out too.
    """
    if text.isascii() and text.isprintable():
        return text
    return text.replace("\r\n", "\n").translate(_LINES) if lines else text.translate(_FLAT)


def one_line(text: str, limit: int | None = None) -> str:
    """`visible` text on a single line, shortened in the middle to `limit` characters."""
    # Only the ends of an over-long text can survive, so only they are looked at: a body may have megabytes.
    if limit is not None and len(text) > 4 * limit:
        text = text[: 2 * limit] + text[-2 * limit :]
    line = visible(text, lines=False)
    return line if limit is None else shorten(line, limit)


def shorten(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, the middle replaced by an ellipsis: both ends say what it was."""
    if len(text) <= limit:
        return text
    tail = (limit - 1) // 2
    return text[: limit - 1 - tail] + ELLIPSIS + (text[-tail:] if tail else "")


def as_json(value: Any) -> str:
    """A JSON value on one line, non-ASCII letters kept; still to be made `visible`."""
    return json.dumps(value, ensure_ascii=False)


class _Written(dict[int, str]):
    """A table for str.translate that learns each code point once: bodies are long, alphabets are short."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if unicodedata.category(character) not in _HIDDEN:
            shown = character
        elif code <= 0xFF:
            shown = _NAMED.get(character, f"\\x{code:02x}")
        else:
            shown = f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
        self[code] = shown
        return shown


_FLAT = _Written()
_LINES = _Written({ord("\n"): "\n", ord("\t"): "\t"})

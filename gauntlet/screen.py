"""The terminal: plain text where it is no terminal or NO_COLOR is set, and nothing of a target that could act on it."""

from __future__ import annotations

import re
import sys

from rich.console import Console
from rich.control import Control
from rich.segment import ControlType

from reports.clean import visible
from reports.text import styled

_COLUMNS = re.compile(r"(?<=\S) {2,}(?=\S)")
_ERASE = Control((ControlType.CARRIAGE_RETURN,), (ControlType.ERASE_IN_LINE, 2))


class Screen:
    """Writes to the standard output of the moment at which it is made, whatever replaces that later."""

    def __init__(self) -> None:
        self._console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False, soft_wrap=True)
        self._progress = False

    def print(self, *lines: str) -> None:
        """Lines of ours; a terminal that is too narrow for their columns gets them without padding."""
        self._erase()
        if lines:
            self._console.print(styled(map(self._fitted, lines)))

    def progress(self, text: str) -> None:
        """A line that the next output replaces; only on a terminal."""
        if self._console.is_terminal and not self._console.is_dumb_terminal and len(text) < self._console.width:
            self._erase()
            self._console.print(text, end="", style="dim")
            self._console.file.flush()
            self._progress = True

    def refuse(self, message: str) -> None:
        """Why nothing was judged, on standard error."""
        self._erase()
        print(f"gauntlet: {visible(message)}", file=sys.stderr, flush=True)

    def _erase(self) -> None:
        if self._progress:
            self._console.control(_ERASE)
            self._progress = False

    def _fitted(self, line: str) -> str:
        line = visible(line, lines=False)
        if not self._console.is_terminal or len(line) <= self._console.width:
            return line
        return _COLUMNS.sub("  ", line)

"""What a run leaves behind: results.json and everything that is made of it."""

from __future__ import annotations

from .errors import ReportError
from .files import write
from .validation import SCHEMA_FILE, validate

__all__ = ["SCHEMA_FILE", "ReportError", "validate", "write"]

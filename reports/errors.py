"""The one error of this package."""

from __future__ import annotations


class ReportError(Exception):
    """No report: the results are malformed (the message names the path) or cannot be written."""

"""What the user asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class RunOptions:
    """The options of one run; see `gauntlet check --help`."""

    target: str
    browser: str = "none"
    headed: bool = False
    report_directory: Path = Path("reports/out")
    issuer: str | None = None
    port: int | None = None
    host: str | None = None
    public_url: str | None = None
    state_directory: Path | None = None
    case: tuple[str, ...] = ()
    suite: tuple[str, ...] = ()
    profile: str = "all"

"""Reads Set-Cookie as browsers do (RFC 6265bis 5.6; dates: 5.1.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

SIZE_LIMIT = 4096  # bytes of name and value together
ATTRIBUTE_LIMIT = 1024  # bytes of one attribute's value
LIFETIME_LIMIT = 400 * 24 * 3600.0  # seconds

SameSite = Literal["strict", "lax", "none", "default"]
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True)
class SetCookie:
    """One Set-Cookie field. `expires` is in seconds since the epoch (None: with the session)."""

    name: str
    value: str
    domain: str  # without the leading dot; empty: host-only
    path: str  # empty: the default path
    expires: float | None
    secure: bool
    http_only: bool
    partitioned: bool
    same_site: SameSite


def parse(field: str, now: float) -> SetCookie | None:
    """The cookie in the field's value, or None when browsers ignore it."""
    if CONTROL.search(field):
        return None
    pair, *rest = field.split(";")
    name, equals, value = pair.partition("=")
    if not equals:
        name, value = "", pair
    name, value = name.strip(" \t"), value.strip(" \t")
    if "\t" in name + value or not (name or value) or len((name + value).encode()) > SIZE_LIMIT:
        return None
    attributes: dict[str, str] = {}
    for part in rest:
        key, _, text = part.partition("=")
        if len(text.strip(" \t").encode()) <= ATTRIBUTE_LIMIT:
            _note(attributes, key.strip(" \t").lower(), text.strip(" \t"))
    path = attributes.get("path", "")
    return SetCookie(
        name=name,
        value=value,
        domain=attributes.get("domain", "").removeprefix(".").lower(),
        path=path if path.startswith("/") else "",
        expires=_expiry(attributes, now),
        secure="secure" in attributes,
        http_only="httponly" in attributes,
        partitioned="partitioned" in attributes,
        same_site=_same_site(attributes.get("samesite", "")),
    )


def _note(attributes: dict[str, str], key: str, text: str) -> None:
    """The last one wins, except that an unreadable date or age counts as absent."""
    if key == "max-age" and not re.fullmatch(r"-?[0-9]+", text):
        return
    if key == "expires" and cookie_date(text) is None:
        return
    attributes[key] = text


def _expiry(attributes: dict[str, str], now: float) -> float | None:
    if "max-age" in attributes:
        age = float(attributes["max-age"][:20])
        return now + min(age, LIFETIME_LIMIT) if age > 0 else 0.0
    if "expires" in attributes:
        at = cookie_date(attributes["expires"])
        return min(at, now + LIFETIME_LIMIT) if at is not None else None
    return None


def _same_site(text: str) -> SameSite:
    match text.lower():
        case "strict":
            return "strict"
        case "lax":
            return "lax"
        case "none":
            return "none"
    return "default"


def cookie_date(text: str) -> float | None:
    """Seconds since the epoch, or None when the text is no date."""
    clock: tuple[str, str, str] | None = None
    day = month = year = None
    for token in re.split(r"[\x09\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+", text):
        if clock is None and (found := re.match(r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)", token)):
            clock = (found[1], found[2], found[3])
        elif day is None and (found := re.match(r"(\d{1,2})(?!\d)", token)):
            day = int(found[1])
        elif month is None and token[:3].lower() in MONTHS:
            month = MONTHS.index(token[:3].lower()) + 1
        elif year is None and (found := re.match(r"(\d{2,4})(?!\d)", token)):
            year = int(found[1])
            year += 1900 if 70 <= year <= 99 else 2000 if year <= 69 else 0
    if clock is None or day is None or month is None or year is None or year < 1601:
        return None
    try:
        hour, minute, second = map(int, clock)
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
    except ValueError:
        return None

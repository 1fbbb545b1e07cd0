"""What an attempt's record says of renewals: refresh requests, and what was done with their answers (RFC 6749 6)."""

from __future__ import annotations

import json
from typing import Any

from suites.engine.driver import Attempt

Exchange = dict[str, Any]


def refreshes(attempt: Attempt) -> list[Exchange]:
    """The refresh requests, in order, whatever was answered."""
    return [e for e in attempt.requests("token") if sent(e, "grant_type") == "refresh_token"]


def sent(exchange: Exchange, name: str) -> str:
    """A parameter of a token request; empty when there is none."""
    return str(dict(exchange["request"]["form"]).get(name, ""))


def given(exchange: Exchange, name: str) -> str:
    """A member of a token response as the RP got it; empty when there is none."""
    try:
        value = json.loads(exchange["response"]["body"]).get(name, "")
    except (ValueError, AttributeError):
        return ""
    return str(value)


def tokens_at_userinfo(attempt: Attempt) -> list[str]:
    """The access tokens of the UserInfo requests after the first refresh request, in order."""
    exchanges = attempt.transcript()["exchanges"]
    first = next(iter(refreshes(attempt)), None)
    later = exchanges[exchanges.index(first) :] if first else []
    return [_presented(e) for e in later if e["endpoint"] == "userinfo"]


def _presented(exchange: Exchange) -> str:
    request = exchange["request"]
    bearer = request["headers"].get("Authorization", "").partition(" ")[2].strip()
    return str(bearer or dict([*request["form"], *request["query"]]).get("access_token", ""))

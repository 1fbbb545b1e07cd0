"""Evidence of a case as plain JSON, without secrets: nothing in a report can be used to sign in."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

from mock_idp.jose import decode_unverified
from suites.engine.context import RunContext
from suites.engine.driver import Attempt
from targets.shapes import Page

_JWT = re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*)?")
_BASIC = re.compile(r"(?i)\bbasic\s+[A-Za-z0-9+/=_-]{6,}")
_SECRET_FIELDS = frozenset({"client_secret", "code_verifier", "password", "credentials", "refresh_token"})
_BODY_LIMIT = 6000
OUTPUT_LIMIT = 6000


def mark(kind: str, value: str) -> str:
    """A stand-in for a secret: the same secret always has the same mark."""
    return f"[{kind} {hashlib.sha256(value.encode()).hexdigest()[:8]}]"


class Redactor:
    """Replaces secrets in strings: the run's client secret, the artefacts of attempts, and anything like a JWT."""

    def __init__(self, context: RunContext, attempts: Iterable[Attempt]) -> None:
        known: dict[str, str] = {}
        if context.target.client.client_secret:
            known[context.target.client.client_secret] = "client_secret"
        known[context.control_token] = "control token"
        for attempt in attempts:
            known[attempt.id] = "attempt"
            for artefact in attempt.transcript()["artefacts"]:
                if artefact["kind"] in ("code", "refresh_token"):
                    known[artefact["value"]] = artefact["kind"]
            for exchange in attempt.transcript()["exchanges"]:
                for name, value in exchange["request"]["form"]:
                    if name in _SECRET_FIELDS and value:
                        known[value] = name
        self._marks = {value: mark(kind, value) for value, kind in known.items() if value}
        longest_first = sorted(map(re.escape, self._marks), key=len, reverse=True)
        self._known = re.compile("|".join(longest_first)) if longest_first else None

    def text(self, value: str) -> str:
        if self._known:
            value = self._known.sub(lambda match: self._marks[match[0]], value)
        value = _BASIC.sub("Basic [credentials]", value)
        return _JWT.sub(lambda match: _readable(match[0]), value)

    def json(self, value: Any) -> Any:
        """The same structure with every string redacted."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(str(name)): self.json(member) for name, member in value.items()}
        if isinstance(value, list | tuple):
            return [self.json(member) for member in value]
        return value


def _readable(token: str) -> str:
    """Header and claims of a token in the clear, its signature cut."""
    parts = decode_unverified(token)
    if parts is None:
        return mark("token", token)
    header, claims = (json.dumps(part, ensure_ascii=False) for part in parts)
    return f"[JWT {header} {claims} signature cut, {mark('sha', token)[5:-1]}]"


def _page(page: Page | None, redactor: Redactor) -> dict[str, Any] | None:
    if page is None:
        return None
    return {
        "url": redactor.text(page.url),
        "status": page.status,
        "title": redactor.text(page.title),
        "text": redactor.text(page.text)[:2000],
    }


def of_case(context: RunContext, attempts: list[Attempt], target_output: str, files: list[str]) -> dict[str, Any]:
    """The `evidence` member of a result."""
    redactor = Redactor(context, attempts)
    return {
        "attempts": [_attempt(attempt, redactor) for attempt in attempts],
        "target_output": redactor.text(target_output)[-OUTPUT_LIMIT:],
        "files": files,
    }


def _attempt(attempt: Attempt, redactor: Redactor) -> dict[str, Any]:
    transcript = attempt.transcript()
    return {
        "id": mark("attempt", attempt.id),
        "role": attempt.role,
        "signed_in": attempt.signed_in.text if attempt.signed_in else "",
        "page": _page(attempt.page, redactor),
        "probe": _page(attempt.probe, redactor),
        "exchanges": [_exchange(exchange, redactor) for exchange in transcript["exchanges"]],
        "deliveries": redactor.json(transcript["deliveries"]),
    }


def _exchange(exchange: dict[str, Any], redactor: Redactor) -> dict[str, Any]:
    request, response = exchange["request"], exchange["response"]
    return {
        "at": exchange["at"],
        "endpoint": exchange["endpoint"],
        "method": exchange["method"],
        "url": redactor.text(exchange["url"]),
        "status": exchange["status"],
        "request": {
            "headers": redactor.json(request["headers"]),
            "query": redactor.json(request["query"]),
            "form": redactor.json(request["form"]),
        },
        "response": {
            "headers": redactor.json(response["headers"]),
            "body": redactor.text(response["body"])[:_BODY_LIMIT],
        },
    }

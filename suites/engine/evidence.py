"""Evidence of a case as plain JSON, without secrets: nothing in a report can be used to sign in."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from mock_idp.crypto.jose import decode_unverified
from suites.engine.context import RunContext
from suites.engine.driver import Attempt
from targets.shapes import Page

_JWT = re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*)?")
_BASIC = re.compile(r"(?i)\bbasic\s+[A-Za-z0-9+/=_-]{6,}")
_SSWS = re.compile(r"(?i)\bssws\s*[A-Za-z0-9._~-]{6,}")  # Okta's API token; its Python SDK sends no blank
_SECRET_FIELDS = frozenset(
    {"client_secret", "client_assertion", "code_verifier", "password", "credentials", "refresh_token"}
)
_NAMED = re.compile(
    r"""(?ix) \b(code|access_token|refresh_token|id_token|client_secret|client_assertion|code_verifier|password)
    (["']? \s* (?:=|:|%3D) \s* ["']?) ([A-Za-z0-9._~+/%-]{16,}=*)"""
)
# A run of characters like those of our codes and refresh tokens: 43 of base64url, of three kinds.
_OPAQUE = re.compile(r"(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*[0-9])[A-Za-z0-9_-]{40,}(?![\w-])")
_BODY_LIMIT = 6000
OUTPUT_LIMIT = 6000


def mark(kind: str, value: str) -> str:
    """A stand-in for a secret: the same secret always has the same mark."""
    return f"[{kind} {hashlib.sha256(value.encode()).hexdigest()[:8]}]"


class Redactor:
    """Replaces secrets in strings: the run's client secret, those of the attempts, and what looks like one."""

    def __init__(self, context: RunContext, attempts: Iterable[Attempt]) -> None:
        known: dict[str, str] = {}
        if context.target.client.client_secret:
            known[context.target.client.client_secret] = "client_secret"
        if context.target.second_idp and context.target.second_idp.client_secret:
            known[context.target.second_idp.client_secret] = "client_secret"
        known[context.control_token] = "control token"
        for attempt in attempts:
            known[attempt.id] = "attempt"
            for artefact in attempt.transcript()["artefacts"]:
                if artefact["kind"] in ("code", "refresh_token", "device_code", "auth_req_id"):
                    known[artefact["value"]] = artefact["kind"]
            for exchange in attempt.transcript()["exchanges"]:
                for name, value in exchange["request"]["form"]:
                    if name in _SECRET_FIELDS and value:
                        known[value] = name
                if secret := _basic_secret(exchange["request"]["headers"].get("Authorization", "")):
                    known[secret] = "client_secret"
        known |= {quote_plus(value): kind for value, kind in known.items()}
        self._marks = {value: mark(kind, value) for value, kind in known.items() if value}
        longest_first = sorted(self._marks, key=len, reverse=True)
        self._known = re.compile("|".join(map(_exactly, longest_first))) if longest_first else None

    def text(self, value: str) -> str:
        if self._known:
            value = self._known.sub(lambda match: self._marks[match[0]], value)
        value = _BASIC.sub("Basic [credentials]", value)
        value = _SSWS.sub("SSWS [API token]", value)
        value = _JWT.sub(lambda match: _readable(match[0]), value)
        return _NAMED.sub(lambda match: f"{match[1]}{match[2]}{mark(match[1].lower(), match[3])}", value)

    def output(self, value: str) -> str:
        """What a target printed: there are secrets of other logins in it, too, which nobody has listed."""
        return _OPAQUE.sub(lambda match: mark("opaque", match[0]), self.text(value))

    def json(self, value: Any) -> Any:
        """The same structure with every string redacted."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(str(name)): self.json(member) for name, member in value.items()}
        if isinstance(value, list | tuple):
            return [self.json(member) for member in value]
        return value


def _exactly(secret: str) -> str:
    """A pattern for the secret; a short one is no secret within a longer word."""
    return re.escape(secret) if len(secret) >= 8 else rf"(?<!\w){re.escape(secret)}(?!\w)"


def _basic_secret(header: str) -> str:
    """The secret in an Authorization header of the Basic scheme."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return unquote_plus(base64.b64decode(value, validate=True).decode().partition(":")[2])
    except ValueError:
        return ""


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


def of_case(redactor: Redactor, attempts: list[Attempt], target_output: str, files: list[str]) -> dict[str, Any]:
    """The `evidence` member of a result."""
    return {
        "attempts": [_attempt(attempt, redactor) for attempt in attempts],
        "target_output": redactor.output(target_output)[-OUTPUT_LIMIT:],
        "files": files,
    }


def _attempt(attempt: Attempt, redactor: Redactor) -> dict[str, Any]:
    transcript = attempt.transcript()
    return {
        "id": mark("attempt", attempt.id),
        "role": attempt.role,
        **({"shared": True} if attempt.shared else {}),
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

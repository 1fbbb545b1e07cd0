"""Requests of the mock to relying parties: bounded in time, never redirected, noted in the attempt's transcript."""

from __future__ import annotations

import ssl
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from mock_idp.crypto.jose import decode_unverified
from mock_idp.idp import Idp
from mock_idp.store import Document
from mock_idp.tls import CA_FILE

TIMEOUT = 3.0
"""Seconds for one request. A browser waits for it at logout, so it must not be long."""
AT_ONCE = 8
_SHOWN = 2000


@dataclass(frozen=True)
class Message:
    """A POST to a URI that the app has registered. `token` is the JWT in it, for the transcript."""

    kind: str
    client_id: str
    url: str
    headers: dict[str, str]
    body: str
    token: str
    attempt: str | None = None


def deliver(idp: Idp, messages: Sequence[Message]) -> list[Document]:
    """Send them, several at a time; what became of each, in their order, as the transcript shows it.

    `{"kind", "client_id", "method", "url", "body", "header", "claims", "status", "answer", "error"}`: status and
    answer (its start) are None where there was none, error says why.
    """
    if not messages:
        return []
    with ThreadPoolExecutor(min(AT_ONCE, len(messages))) as pool:
        return list(pool.map(lambda message: _deliver(idp, message), messages))


def _deliver(idp: Idp, message: Message) -> Document:
    header, claims = decode_unverified(message.token) or (None, None)
    status, answer, error = _post(idp, message)
    item: Document = {
        "kind": message.kind,
        "client_id": message.client_id,
        "method": "POST",
        "url": message.url,
        "body": message.body,
        "header": header,
        "claims": claims,
        "status": status,
        "answer": answer,
        "error": error,
    }
    if message.attempt and idp.attempts.get(message.attempt):
        idp.attempts.note("message", message.attempt, item)
    return item


def _post(idp: Idp, message: Message) -> tuple[int | None, str | None, str | None]:
    import httpx  # only here: most runs never need it, and it takes a moment

    deadline = time.monotonic() + TIMEOUT
    try:
        if urlsplit(message.url).scheme not in ("http", "https"):
            return None, None, "only http and https URIs can be called"
        # No proxies of the environment: relying parties under test are near.
        with (
            httpx.Client(timeout=TIMEOUT, trust_env=False, **_transport(idp, message.url)) as client,
            client.stream("POST", message.url, headers=message.headers, content=message.body) as response,
        ):
            text = ""
            for part in response.iter_text():
                text += part
                if len(text) >= _SHOWN or time.monotonic() > deadline:  # one that drips is not waited for
                    break
            return response.status_code, text[:_SHOWN], None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
        return None, None, f"{type(error).__name__}: {error}"


def _transport(idp: Idp, url: str) -> dict[str, Any]:
    if idp.outgoing is not None:
        return {"transport": idp.outgoing}
    if not url.startswith("https"):
        return {"verify": False}  # nothing to verify; the system's certificates need not be read
    context = ssl.create_default_context()  # SSL_CERT_FILE adds a CA of the relying party's
    own = idp.state.path / CA_FILE if idp.state else None
    if own and own.exists():
        context.load_verify_locations(own)
    return {"verify": context}

"""What of one IdP a relying party with two sent to the other one."""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote_plus, urlsplit

from suites.engine.case_run import CaseRun
from suites.engine.driver import Attempt
from suites.engine.instance import Instance, endpoint_of


def sent_to_second_idp(run: CaseRun, about: Attempt, code: str) -> str:
    """What of the first IdP came to the second one's token or UserInfo endpoint; empty: nothing."""
    context = run.driver.context
    issuer = about.at.second_issuer if isinstance(about.at, Instance) else context.second_issuer
    theirs = {urlsplit(endpoint_of(issuer, name)).path: name for name in ("token", "userinfo")}
    exchanges = [e for attempt in run.attempts for e in attempt.transcript(again=True)["exchanges"]]
    ours = {"code": code, **_tokens(e for e in exchanges if urlsplit(e["url"]).path not in theirs)}
    if context.target.client.client_secret != context.target.at_second_idp.client.client_secret:
        ours["client secret"] = context.target.client.client_secret
    for exchange in exchanges:
        endpoint = theirs.get(urlsplit(exchange["url"]).path)
        if endpoint and (found := [name for name, value in ours.items() if value and _carries(exchange, value)]):
            return f"the second IdP's {endpoint} endpoint got the {' and the '.join(found)} of the first"
    return ""


def _tokens(exchanges: Iterable[dict[str, Any]]) -> dict[str, str]:
    """The newest access token and refresh token that these exchanges brought."""
    found: dict[str, str] = {}
    for exchange in exchanges:
        if exchange["endpoint"] == "token" and exchange["status"] == 200:
            body = json.loads(exchange["response"]["body"])
            found |= {name.replace("_", " "): body[name] for name in ("access_token", "refresh_token") if name in body}
    return found


def _carries(exchange: dict[str, Any], value: str) -> bool:
    """Whether the value is in a request, in its form, its query or its Authorization header."""
    request = exchange["request"]
    scheme, _, credentials = request["headers"].get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        with contextlib.suppress(binascii.Error):
            credentials = unquote_plus(base64.b64decode(credentials).decode(errors="replace").partition(":")[2])
    return value == credentials or any(value == sent for _, sent in [*request["form"], *request["query"]])

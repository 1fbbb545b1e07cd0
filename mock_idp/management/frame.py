"""What all of the Management API shares: who may call, headers, pages, bodies and refusals (okta.md 6.1).

A resource is a blueprint made by `resource(name)`; its views return what `answer` and `page` make and raise
`ApiError`. `install` puts them all into the application.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, g, jsonify, request

from mock_idp.idp import Idp
from mock_idp.json_body import json_object
from mock_idp.org.ids import okta_id
from mock_idp.org.problems import ApiError, forbidden, invalid, invalid_paging, invalid_token, malformed
from mock_idp.protocol.errors import OAuthError
from mock_idp.protocol.exchange import current_idp
from mock_idp.protocol.token import dpop_requests
from mock_idp.protocol.token.revocation import is_revoked
from mock_idp.store import Document

PREFIX = "/api/v1"
REGISTRATION = "/oauth2/v1/clients"
RATE_LIMIT = 600
_SCOPE_OF = {"meta": "schemas", "internal": "apps"}
"""The resource in `okta.{resource}.manage` where it is not the first part of the path."""
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
Item = TypeVar("Item")


def resource(name: str) -> Blueprint:
    """A blueprint under /api/v1 whose requests need a token; `name` is for Flask only."""
    made = Blueprint(f"management_{name}", __name__, url_prefix=PREFIX)
    made.before_request(authenticate)
    return made


def install(app: Flask, resources: Sequence[Blueprint]) -> None:
    app.register_error_handler(ApiError, refused)
    app.after_request(_headers)
    for blueprint in resources:
        app.register_blueprint(blueprint)


# ---- who calls ----------------------------------------------------------------------------------------------


def authenticate() -> None:
    """`Authorization: SSWS {API token}`, or Bearer with an access token of the org server and its okta.* scopes.

    A token that is bound to a key comes as DPoP, with a proof. Raises E0000011, E0000006, or ApiError with OAuth's
    code where the proof is wrong. `g.caller` is the grant of the access token, or empty for the API token.
    """
    g.endpoint = "management"
    idp = current_idp()
    given = request.headers.get("Authorization", "")
    # Okta's Python SDK 3.4 writes no blank between scheme and token, so Okta can hardly insist on one.
    if given[:4].upper() == "SSWS" and hmac.compare_digest(given[4:].strip().encode(), idp.api_token.encode()):
        g.caller = {}
        return
    scheme, _, token = given.partition(" ")
    token = token.strip()
    grant = idp.store.get("access_token", token) if scheme.lower() in ("bearer", "dpop") else None
    if grant is None or grant["server"] != "org" or grant["expires"] < idp.clock.now() or is_revoked(idp, grant):
        g.challenge = ("", "invalid_token", "The access token is invalid.")
        raise invalid_token()
    wanted = scopes_for(request.path, request.method)
    try:
        dpop_requests.check_resource_request(idp, grant, token)
    except OAuthError as error:
        g.challenge = (wanted[0], error.error, error.description)
        raise ApiError(error.status, error.error, error.description) from None
    if not set(wanted) & set(grant["scopes"]):
        text = f"The access token must provide access to at least one of these scopes - {wanted[0]}"
        g.challenge = (wanted[0], "insufficient_scope", text)
        raise forbidden()
    g.caller = grant


def caller() -> Document:
    """The grant of the caller's access token; empty when the API token (which may do everything) was used."""
    found: Document = g.caller
    return found


def scopes_for(path: str, method: str) -> list[str]:
    """The scopes of which one is needed, the least first."""
    if path == REGISTRATION and method == "POST":
        return ["okta.clients.register", "okta.clients.manage"]
    parts = path.removeprefix("/oauth2/v1").removeprefix(PREFIX).strip("/").split("/")
    name = "appGrants" if parts[0] == "apps" and parts[2:3] == ["grants"] else _SCOPE_OF.get(parts[0], parts[0])
    manage = f"okta.{name}.manage"
    return [f"okta.{name}.read", manage] if method in _READING else [manage]


# ---- what they send -----------------------------------------------------------------------------------------


def body(*, optional: bool = False) -> Document:
    """The request's JSON object; raises E0000003. `optional`: no body at all is an empty object."""
    if optional and not request.get_data(cache=True).strip():
        return {}
    sent = json_object(any_type=True)
    if sent is None:
        raise malformed()
    return sent


def flag(name: str, default: bool) -> bool:
    """A query parameter that is true or false."""
    given = request.args.get(name)
    return default if given is None else given.lower() == "true"


# ---- what they get ------------------------------------------------------------------------------------------


def answer(document: Any, status: int = 200) -> Response:
    made: Response = jsonify(document)
    made.status_code = status
    return made


def nothing() -> Response:
    """204, without a body or a type of it."""
    made = Response(status=204)
    del made.headers["Content-Type"]
    return made


def link(path: str, *allow: str, **members: Any) -> Document:
    """A HAL link: `{"href": …, "hints": {"allow": […]}}`; `path` starts behind the org URL."""
    made: Document = {**members, "href": f"{current_idp().public_url}{path}"}
    return made | {"hints": {"allow": list(allow)}} if allow else made


def iso(seconds: float) -> str:
    """Okta's timestamps: `2026-01-01T00:00:00.000Z`."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def page(
    items: Sequence[Item], view: Callable[[Item], Any], key: Callable[[Item], str], *, default: int, most: int = 0
) -> Response:
    """A page of `items` as `view` shows them, with Link headers self and next.

    `default` is the size without `limit`, `most` its highest value (0: `default`). `after` is the last `key` of the
    page before; it works even when that one was deleted meanwhile.
    """
    size, after = _limit(default, most or default), request.args.get("after")
    rest = list(items) if after is None else _after(items, key, after)
    shown, more = rest[:size], len(rest) > size
    made = answer([view(item) for item in shown])
    query = request.args.to_dict()
    _add_link(made, "self", query)
    if more:
        last = key(shown[-1])
        gone = {key(item) for item in rest[size:]}
        current_idp().store.put("cursor", _cursor(last), {"before": [k for i in items if (k := key(i)) not in gone]})
        _add_link(made, "next", query | {"after": last, "limit": str(size)})
    return made


def _limit(default: int, most: int) -> int:
    given = request.args.get("limit")
    if given is None:
        return default
    if not re.fullmatch(r"0*[1-9][0-9]{0,8}", given):
        raise invalid("limit", f"limit: The value must be a number from 1 to {most}.")
    return min(int(given), most)


def _after(items: Sequence[Item], key: Callable[[Item], str], after: str) -> list[Item]:
    known = current_idp().store.get("cursor", _cursor(after))
    if known:
        before = set(known["before"])
        return [item for item in items if key(item) not in before]
    keys = [key(item) for item in items]
    if after not in keys:
        raise invalid_paging()
    return list(items[keys.index(after) + 1 :])


def _cursor(after: str) -> str:
    return f"{request.path} {after}"


def _add_link(response: Response, rel: str, query: dict[str, str]) -> None:
    address = current_idp().public_url + request.path + (f"?{urlencode(query)}" if query else "")
    response.headers.add("Link", f'<{address}>; rel="{rel}"')


def refused(error: ApiError) -> Response:
    made = answer(error.body(), error.status)
    by_token = request.headers.get("Authorization", "").lower().startswith(("bearer ", "dpop "))
    if by_token and "challenge" in g:
        made.headers["WWW-Authenticate"] = _challenge(current_idp(), *g.challenge)
    return made


def _challenge(idp: Idp, scope: str, reason: str, text: str) -> str:
    """What is wrong with the access token, for programs."""
    return (
        f'{dpop_requests.challenge()} authorization_uri="{idp.public_url}/oauth2/v1/authorize", '
        f'realm="{idp.public_url}", scope="{scope}", error="{reason}", error_description="{text}", '
        f'resource="{request.path}"'
    )


def _headers(response: Response) -> Response:
    """What every answer under /api/v1 and of client registration carries, refusals too; what is there stays."""
    if request.path.startswith((f"{PREFIX}/", REGISTRATION)):
        for name, value in (
            ("x-okta-request-id", secrets.token_hex(16)),
            ("x-rate-limit-limit", str(RATE_LIMIT)),
            ("x-rate-limit-remaining", str(RATE_LIMIT - 1)),
            ("x-rate-limit-reset", str(int(current_idp().clock.now()) + 60)),
            ("cache-control", "no-cache, no-store"),
            ("pragma", "no-cache"),
            ("expires", "0"),
        ):
            response.headers.setdefault(name, value)
    return response


def token_owner_id() -> str:
    """The id of whoever made the API token; nobody of the directory unless an access token names them."""
    found: str = caller().get("user") or okta_id("00u", "api-token")
    return found

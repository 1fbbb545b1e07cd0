"""One login as the mock saw it, in the words of the rules (`mock_idp.attempts.registry.Attempts.transcript`)."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote_plus, urlsplit

Exchange = Mapping[str, Any]
_PAGE = re.compile(r"Error Code: ([^<]*)<.*?Description: ([^<]*)<", re.DOTALL)
_SERVER = re.compile(r"(.*?)(?:/oauth2/([^/]+))?/\.well-known/(?:openid-configuration|oauth-authorization-server)")
_ENDPOINT = re.compile(r"(.*?)/oauth2(?:/(?!v1/)([^/]+))?/v1/\w+")


@dataclass(frozen=True)
class Refusal:
    """What the IdP said no with: OAuth's `error` (or Okta's errorCode), its text, and in which exchange."""

    error: str
    text: str
    exchange: Exchange
    at: str
    """`authorize`, `token`, `refresh`, `userinfo`, `launch`, `logout`, or another endpoint's name."""


@dataclass(frozen=True)
class Credentials:
    """How a request authenticated its client: the registered method's name, the id, and the secret."""

    method: str
    client_id: str = ""
    secret: str = ""


class Login:
    """The exchanges of one login, and what can be read from them. Without exchanges everything is empty.

    `unbound` are requests that belong to no login, such as those for metadata and keys.
    """

    def __init__(self, transcript: Mapping[str, Any] | None = None, unbound: Sequence[Exchange] = ()) -> None:
        self.exchanges: list[Exchange] = list((transcript or {}).get("exchanges", ()))
        self.responses = list((transcript or {}).get("authorization_responses", ()))
        self.artefacts = list((transcript or {}).get("artefacts", ()))
        self.unbound: list[Exchange] = list(unbound)

    def at(self, *endpoints: str) -> list[Exchange]:
        return [exchange for exchange in self.exchanges if exchange["endpoint"] in endpoints]

    @property
    def everything(self) -> list[Exchange]:
        return [*self.exchanges, *self.unbound]

    @cached_property
    def authorize(self) -> Exchange | None:
        """The first authorization request that is not a silent one; else the first."""
        requests = self.at("authorize")
        loud = [one for one in requests if "none" not in asked(one).get("prompt", "").split()]
        return next(iter([*loud, *requests]), None)

    @cached_property
    def asked(self) -> dict[str, str]:
        """The parameters of the authorization request."""
        return asked(self.authorize) if self.authorize else {}

    @property
    def silent(self) -> list[Exchange]:
        """Authorization requests with prompt=none: renewal in a frame."""
        return [one for one in self.at("authorize") if "none" in asked(one).get("prompt", "").split()]

    @property
    def code_requests(self) -> list[Exchange]:
        return [one for one in self.at("token") if form(one).get("grant_type") == "authorization_code"]

    @property
    def refreshes(self) -> list[Exchange]:
        return [one for one in self.at("token") if form(one).get("grant_type") == "refresh_token"]

    @property
    def credentials(self) -> str:
        """Whether the IdP took the client's: `accepted` or `refused`; empty where it was not asked."""
        asked_for = self.at("token")
        if not asked_for:
            return ""
        return "refused" if all(one["status"] == 401 for one in asked_for) else "accepted"

    @property
    def succeeded(self) -> bool:
        """The IdP has given an ID Token to somebody, or a code that was redeemed."""
        return any(made["kind"] == "id_token" for made in self.artefacts)

    @property
    def issuer(self) -> str:
        """The issuer whose endpoints the application uses, without what it may have typed differently; or empty."""
        if self.authorize:
            found = _ENDPOINT.match(self.authorize["url"].partition("?")[0])
            return _issuer(found) if found else ""
        known = [_SERVER.match(one["url"].partition("?")[0]) for one in self.everything]
        return next((_issuer(match) for match in known if match), "")

    def id_tokens(self) -> list[Mapping[str, Any]]:
        """The claims of the ID Tokens that were handed out."""
        return [made["claims"] for made in self.artefacts if made["kind"] == "id_token" and "claims" in made]

    def claims(self, source: str) -> set[str]:
        """The names of the claims that the last ID Token (`id_token`) or UserInfo answer (`userinfo`) had."""
        if source == "id_token":
            return set(next(reversed(self.id_tokens()), {}))
        bodies = [_json(one["response"]["body"]) for one in self.at("userinfo") if one["status"] == 200]
        return set(bodies[-1]) if bodies else set()

    @cached_property
    def refusals(self) -> list[Refusal]:
        """Everything that the IdP refused, in order; an authorization response with an error counts, too."""
        found = [refusal for one in self.exchanges if (refusal := _refusal(one))]
        for response in self.responses:
            said = dict(response["parameters"])
            if "error" in said and self.at("authorize"):
                at = self._asking(response)
                found.append(Refusal(said["error"], said.get("error_description", ""), at, "authorize"))
        return found

    def _asking(self, response: Mapping[str, Any]) -> Exchange:
        """The authorization request that a response answers, by its state."""
        state = dict(response["parameters"]).get("state")
        requests = self.at("authorize")
        return next((one for one in requests if asked(one).get("state") == state), requests[-1])


def asked(exchange: Exchange) -> dict[str, str]:
    """The parameters of an authorization request, also of one that was signed or pushed."""
    given = exchange["request"]["form"] if exchange["method"] == "POST" else exchange["request"]["query"]
    return dict(exchange.get("asked") or given)


def form(exchange: Exchange) -> dict[str, str]:
    return dict(exchange["request"]["form"])


def header(exchange: Exchange, name: str) -> str:
    found = exchange["request"]["headers"]
    return next((str(value) for key, value in found.items() if key.lower() == name.lower()), "")


def credentials(exchange: Exchange) -> Credentials:
    """How a token request says who it is; of several ways the Authorization header's."""
    sent = form(exchange)
    basic = header(exchange, "Authorization")
    if basic.lower().startswith("basic "):
        try:
            client_id, _, secret = base64.b64decode(basic[6:].strip()).decode().partition(":")
        except (binascii.Error, ValueError):
            return Credentials("client_secret_basic")
        return Credentials("client_secret_basic", unquote_plus(client_id), unquote_plus(secret))
    if "client_assertion" in sent:
        return Credentials("private_key_jwt", sent.get("client_id", ""))
    if "client_secret" in sent:
        return Credentials("client_secret_post", sent.get("client_id", ""), sent["client_secret"])
    return Credentials("none", sent.get("client_id", ""))


def told(exchange: Exchange) -> str:
    """The exchange in one line, without what must stay secret: `GET {URL without query} → 302`."""
    url = urlsplit(exchange["url"])
    return f"{exchange['method']} {url.scheme}://{url.netloc}{url.path} → {exchange['status']}"


def _issuer(match: re.Match[str]) -> str:
    return f"{match[1]}/oauth2/{match[2]}" if match[2] else match[1]


def _refusal(exchange: Exchange) -> Refusal | None:
    if exchange["status"] < 400:
        return None
    at = exchange["endpoint"]
    if at == "token" and form(exchange).get("grant_type") == "refresh_token":
        at = "refresh"
    body = exchange["response"]["body"]
    if page := _PAGE.search(body):
        return Refusal(html.unescape(page[1].strip()), html.unescape(page[2].strip()), exchange, at)
    document = _json(body)
    error = str(document.get("error") or document.get("errorCode") or "")
    text = str(document.get("error_description") or document.get("errorSummary") or "")
    return Refusal(error, text, exchange, at)


def _json(text: str) -> dict[str, Any]:
    """A JSON object; empty for anything else."""
    try:
        document = json.loads(text)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}

"""What a case says about the token requests of a login: their form, and how the client authenticates in them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from mock_idp.crypto.jose import b64url, decode_unverified
from suites.engine import flows
from suites.engine.case_run import CaseRun
from suites.engine.driver import Attempt

FORM = "application/x-www-form-urlencoded"
LONGEST_ASSERTION = 3600
"""Seconds; Okta accepts no assertion that is good for longer (okta.md 3.5)."""
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_CREDENTIALS = ("client_secret", "client_assertion")
_FORM_ENCODED = re.compile(r"([A-Za-z0-9*._~+!'()-]|%[0-9A-Fa-f]{2})*")
_IN_THE_BODY = ("code", "grant_type", "redirect_uri", "code_verifier", *_CREDENTIALS)
_BACK_CHANNEL = frozenset({"token", "revoke", "introspect", "par"})
"""Endpoints at which a client authenticates."""


@dataclass(frozen=True)
class TokenRequest:
    """The token request of one login (RFC 6749 4.1.3, OIDC Core 3.1.3.1)."""

    run: CaseRun
    attempt: Attempt

    @property
    def exchange(self) -> dict[str, Any]:
        found = self.attempt.requests("token")
        if not found:
            raise self.run.undecided("the RP made no token request")
        return found[0]

    @property
    def form(self) -> dict[str, str]:
        return dict(self.exchange["request"]["form"])

    @property
    def query(self) -> dict[str, str]:
        return dict(self.exchange["request"]["query"])

    @property
    def authorization(self) -> str:
        return str(self.exchange["request"]["headers"].get("Authorization", ""))

    @property
    def asked(self) -> dict[str, str]:
        """The parameters of the authorization request of the same login."""
        found = self.attempt.requests("authorize")
        return flows.asked(found[0]) if found else {}

    def _require(self, expected: str, wrong: dict[str, bool], observed: str) -> None:
        """Nothing of what could be wrong is: `{what is wrong: whether it is}`."""
        self.run.expected, self.run.observed = expected, observed
        if found := [what for what, is_so in wrong.items() if is_so]:
            raise self.run.broken("; ".join(found))

    # ---- form ---------------------------------------------------------------------------------------------

    def must_be_well_formed(self) -> None:
        """POST, form-encoded, the right grant_type, the same redirect_uri; nothing twice, nothing in the URL."""
        names = [name for name, _ in self.exchange["request"]["form"]]
        kind = self.exchange["request"]["headers"].get("Content-Type", "").partition(";")[0].strip().lower()
        in_url = sorted(set(self.query) & set(_IN_THE_BODY))
        same = self.form.get("redirect_uri") == self.asked.get("redirect_uri")
        self._require(
            "a form-encoded POST with grant_type, code and the redirect_uri of the authorization request",
            {
                f"method {self.exchange['method']}": self.exchange["method"] != "POST",
                f"content type {kind or 'missing'}": kind != FORM,
                f"grant_type {self.form.get('grant_type')}": self.form.get("grant_type") != "authorization_code",
                "another redirect_uri than in the authorization request": not same,
                f"{', '.join(in_url)} in the URL": bool(in_url),
                "a parameter twice": len(set(names)) < len(names),
            },
            f"a form-encoded POST with {', '.join(names)}",
        )

    def must_fit_challenge(self) -> None:
        """The verifier is the one of which this login's authorization request had the challenge (RFC 7636 4.6)."""
        verifier, challenge = self.form.get("code_verifier", ""), self.asked.get("code_challenge")
        digest = b64url(hashlib.sha256(verifier.encode()).digest())
        expected = digest if self.asked.get("code_challenge_method") == "S256" else verifier
        wrong = {"no code_verifier": not verifier, "the code_verifier of another login": challenge != expected}
        self._require("the code_verifier of this login", wrong, "the code_verifier fits the code_challenge")

    # ---- client authentication ----------------------------------------------------------------------------

    @property
    def methods(self) -> list[str]:
        """Every way in which the request authenticates; `none` where there is no other."""
        given = {
            "client_secret_basic": self.authorization.lower().startswith("basic "),
            "client_secret_post": "client_secret" in self.form,
            "an assertion": "client_assertion" in self.form,
            "a secret in the URL": bool(set(_CREDENTIALS) & set(self.query)),
        }
        return [name for name, is_so in given.items() if is_so] or ["none"]

    def must_use(self, method: str) -> None:
        """The client authenticates in this way, and in no other."""
        observed = f"client authentication by {' and '.join(self.methods)}"
        self._require(f"client authentication by {method} alone", {observed: self.methods != [method]}, observed)

    def must_use_one_method(self) -> None:
        """RFC 6749 2.3: not more than one method in a request."""
        observed = f"client authentication by {' and '.join(self.methods)}"
        self._require("one method of client authentication", {observed: len(self.methods) > 1}, observed)

    def must_form_encode_credentials(self) -> None:
        """RFC 6749 2.3.1: id and secret are form-encoded before they are joined by a colon."""
        try:
            told = base64.b64decode(self.authorization.partition(" ")[2], validate=True)
        except (binascii.Error, ValueError):
            raise self.run.broken("an Authorization header that is no base64") from None
        given = told.decode(errors="replace").split(":")
        read = [unquote_plus(value) if _FORM_ENCODED.fullmatch(value) else None for value in given]
        right = read == list(_pair(self.run.driver.context.target.client))
        self._require(
            "client id and secret form-encoded", {"client id and secret as they are": not right}, "both form-encoded"
        )

    def must_be_a_public_clients(self) -> None:
        """OIDC Core 9 (`none`), RFC 9700 2.1.1: no secret, but a code verifier."""
        wrong = {
            f"client authentication by {' and '.join(self.methods)}": self.methods != ["none"],
            "no client_id": not self.form.get("client_id"),
            "no code_verifier": not self.form.get("code_verifier"),
        }
        self._require("client_id and code_verifier, and no secret", wrong, "client_id and code_verifier")

    @property
    def assertion(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Header and claims of the client assertion."""
        decoded = decode_unverified(self.form.get("client_assertion", ""))
        if decoded is None:
            raise self.run.broken(f"no client_assertion that is a JWT, but {' and '.join(self.methods)}")
        return decoded

    def must_assert(self, *families: str) -> None:
        """One assertion with every claim of OIDC Core 9 and RFC 7523 3, signed with an algorithm of the families.

        That the signature is good has been checked by the IdP, which otherwise gives no tokens.
        """
        header, claims = self.assertion
        ours, now = self.run.driver.context.target.client.client_id, self.exchange["at"]
        issuer, endpoint = self.run.driver.context.issuer, self.exchange["url"].partition("?")[0]
        aud = claims.get("aud")
        audience = aud if isinstance(aud, list) else [aud]
        expires = claims.get("exp")
        lifetime = expires - now if isinstance(expires, int | float) else LONGEST_ASSERTION + 1
        self._require(
            "one client assertion with iss, sub, aud, jti and exp",
            {
                f"client authentication by {' and '.join(self.methods)}": self.methods != ["an assertion"],
                "another client_assertion_type": self.form.get("client_assertion_type") != _ASSERTION_TYPE,
                f"alg {header.get('alg')}": str(header.get("alg"))[:2] not in families,
                "iss and sub are not the client id": (claims.get("iss"), claims.get("sub")) != (ours, ours),
                f"aud {aud}": not {issuer, endpoint} & {name for name in audience if name},
                "no jti": not claims.get("jti"),
                f"good for more than {LONGEST_ASSERTION} s": lifetime > LONGEST_ASSERTION,
            },
            f"an assertion with {', '.join(claims)}, good for {lifetime:.0f} s",
        )

    def must_assert_afresh(self, other: TokenRequest) -> None:
        """The assertions of two logins have nothing in common that a thief could use again."""
        mine, theirs = self.assertion[1], other.assertion[1]
        wrong = {
            "no jti, so the assertion can be used again until it expires": not mine.get("jti"),
            "the same assertion in two logins": mine == theirs,
            "the same jti in two logins": mine.get("jti") == theirs.get("jti") and bool(mine.get("jti")),
        }
        self._require("a jti and an assertion of its own for every token request", wrong, "two different assertions")


def must_keep_secret(run: CaseRun, attempt: Attempt) -> None:
    """Of all requests of the login only those to endpoints with client authentication have the client secret."""
    client = run.driver.context.target.client
    run.expected = "the client secret at the token endpoint alone"
    if not client.client_secret:
        raise run.undecided("the client secret is not known")
    pair = ":".join(_pair(client))
    encoded = ":".join(map(quote_plus, _pair(client)))
    basic = [base64.b64encode(text.encode()).decode() for text in (pair, encoded)]
    marks = [client.client_secret, quote_plus(client.client_secret), *basic]
    exchanges = attempt.transcript(again=True)["exchanges"]
    elsewhere = [e for e in exchanges if e["endpoint"] not in _BACK_CHANNEL]
    found = [e["endpoint"] for e in elsewhere if any(mark in text for mark in marks for text in _texts(e))]
    run.observed = f"{len(exchanges)} requests, the client secret at {', '.join(found) or 'no other endpoint'}"
    if found:
        raise run.broken(run.observed)


def must_assert_to_this_idp(run: CaseRun, attempt: Attempt) -> None:
    """`aud` of each client assertion is the issuer that got it, or an endpoint of its (draft-ietf-oauth-rfc7523bis)."""
    run.expected = "client assertions for this IdP alone, or none"
    got = [e for e in attempt.transcript(again=True)["exchanges"] if e["endpoint"] in _BACK_CHANNEL]
    run.observed = "no client assertion"
    for exchange in got:
        decoded = decode_unverified(dict(exchange["request"]["form"]).get("client_assertion", ""))
        aud = decoded[1].get("aud") if decoded else []
        run.observed = f"a client assertion for {aud}"
        issuer = exchange["url"].partition("/v1/")[0]
        if not all(str(name).startswith(issuer) for name in (aud if isinstance(aud, list) else [aud])):
            raise run.broken(f"{run.observed}, at {issuer}")


def shown_secrets(run: CaseRun, attempt: Attempt) -> list[str]:
    """Which of the RP's secrets its last page, or a URL on the way there, shows to the browser."""
    client = run.driver.context.target.client
    request = TokenRequest(run, attempt)
    secrets = {
        "the client secret": client.client_secret,
        "the Authorization header": request.authorization.partition(" ")[2],
        "the client assertion": request.form.get("client_assertion", ""),
        "the code verifier": request.form.get("code_verifier", ""),
    }
    page = attempt.page
    return [name for name, value in secrets.items() if value and any(value in text for text in (page.body, page.text))]


def _pair(client: Any) -> tuple[str, str]:
    return client.client_id, client.client_secret


def _texts(exchange: dict[str, Any]) -> list[str]:
    """Everything that the RP or the browser sent, as it stood there and decoded."""
    request = exchange["request"]
    values = [value for _, value in (*request["query"], *request["form"])]
    return [exchange["url"], *request["headers"].values(), *values]

"""Weaknesses of logins that somebody else begins."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import flask
from flask import request
from markupsafe import escape
from werkzeug.datastructures import MultiDict

from targets.broken.registry import weakness
from targets.reference.callback import PendingLogin
from targets.reference.foundation import Claims
from targets.reference.rejection import Rejected
from targets.reference.relying_party import RelyingParty


@weakness("wants-its-own-issuer-from-the-tile")
class WantsItsOwnIssuerFromTheTile(RelyingParty):
    """`iss` is compared to the letter, and Okta's tile names the org to an app of a custom server."""

    def check_initiator(self, issuer: str | None) -> None:
        if issuer != self.settings.issuer:
            raise Rejected("Initiated login", "iss is another issuer")


@weakness("initiated-by-redirect-only")
class InitiatedByRedirectOnly(RelyingParty):
    """The route has `methods=["GET"]`, because that is what the dashboard does."""

    def start_initiated_login(self, sent: MultiDict[str, str], shown_in: str) -> str:
        if request.method != "GET":
            flask.abort(405)
        return super().start_initiated_login(sent, shown_in)


@weakness("drops-login-hint")
class DropsLoginHint(RelyingParty):
    """Only `iss` is looked at, so that people have to say again who they are."""

    def login_hint(self, sent: MultiDict[str, str]) -> str | None:  # noqa: ARG002
        return None


@weakness("discovers-issuer-of-initiation")
class DiscoversIssuerOfInitiation(RelyingParty):
    """Multi-tenant: the IdP is whoever `iss` names, so its metadata is fetched first."""

    def check_initiator(self, issuer: str | None) -> None:
        if issuer:
            self.fetch("Discovery", f"{issuer}/.well-known/openid-configuration")
        super().check_initiator(issuer)


@weakness("ignores-issuer-of-initiation")
class IgnoresIssuerOfInitiation(RelyingParty):
    """There is but one IdP, so nobody looks at who is named."""

    def check_initiator(self, issuer: str | None) -> None:
        pass


@weakness("compares-start-of-initiator")
class ComparesStartOfInitiator(RelyingParty):
    """`iss.startswith(org_url)`, to let all servers of the org in."""

    def check_initiator(self, issuer: str | None) -> None:
        if not (issuer or "").startswith(self.settings.issuer.partition("/oauth2/")[0]):
            super().check_initiator(issuer)


@weakness("breaks-without-issuer-of-initiation")
class BreaksWithoutIssuerOfInitiation(RelyingParty):
    """`request.args["iss"]` of a dictionary: a KeyError, and the page for programming errors."""

    def check_initiator(self, issuer: str | None) -> None:
        assert issuer is not None, "iss"
        super().check_initiator(issuer)


@weakness("follows-any-target")
class FollowsAnyTarget(RelyingParty):
    """target_link_uri is where the user wanted to go, so that is where the login ends."""

    def checked_target(self, target: str) -> str:
        return target


@weakness("follows-target-without-host")
class FollowsTargetWithoutHost(RelyingParty):
    """What a parser finds no host in must be a path; browsers find one."""

    def is_own_page(self, target: str) -> bool:
        return urlsplit(target).netloc == ""


@weakness("follows-target-with-one-slash")
class FollowsTargetWithOneSlash(RelyingParty):
    """A path begins with one slash and not with two; what is between them is not looked at."""

    def checked_target(self, target: str) -> str:
        path = target[:1] == "/" and target[1:2] != "/"
        return target if path else RelyingParty.checked_target(self, target)


@weakness("opens-target-from-a-page")
class OpensTargetFromAPage(RelyingParty):
    """The same, and a page leads there, in which nothing escapes what a browser reads in its own way."""

    checked_target = FollowsTargetWithOneSlash.checked_target

    def finish_login(self, received: MultiDict[str, str]) -> str:
        url = super().finish_login(received)
        return flask.abort(flask.Response(f'<meta http-equiv="refresh" content="0; url={escape(url)}">'))


@weakness("follows-target-that-begins-alike")
class FollowsTargetThatBeginsAlike(RelyingParty):
    """`target.startswith(base_url)`: what follows may make another host of it."""

    def is_own_page(self, target: str) -> bool:
        return target.startswith(self.settings.base_url)


@weakness("forgets-target")
class ForgetsTarget(RelyingParty):
    """The target is checked and then gets lost with the old session."""

    def start_login(self, *, login_hint: str | None = None, return_to: str = "") -> str:
        del return_to
        return super().start_login(login_hint=login_hint)


@weakness("copies-parameters-of-initiation")
class CopiesParametersOfInitiation(RelyingParty):
    """`{**defaults, **request.args}`: whoever sends the browser decides what is asked for."""

    def parameters(self, pending: PendingLogin) -> dict[str, Any]:
        return {**super().parameters(pending), **request.args}


@weakness("appends-query-of-initiation")
class AppendsQueryOfInitiation(RelyingParty):
    """The query goes on as it came, at the end of the authorization request."""

    def start_initiated_login(self, sent: MultiDict[str, str], shown_in: str) -> str:
        return f"{super().start_initiated_login(sent, shown_in)}&{request.query_string.decode()}"


@weakness("accepts-unsolicited-id-token")
class AcceptsUnsolicitedIdToken(RelyingParty):
    """One callback for everything: an ID Token without a login of this browser is as good as one with it."""

    def received(self, method: str, query: MultiDict[str, str], form: MultiDict[str, str]) -> MultiDict[str, str]:
        return form or super().received(method, query, form)

    def is_unasked(self, received: MultiDict[str, str]) -> bool:
        return "id_token" in received


SIMPLIFIED = "simplified"


@weakness("refuses-tokens-of-the-tile", of=SIMPLIFIED)
class RefusesTokensOfTheTile(RelyingParty):
    """A nonce is always wanted, also where nobody can have sent one."""

    def identify_unasked(self, received: MultiDict[str, str]) -> Claims:
        claims = super().identify_unasked(received)
        if "nonce" not in claims:
            raise Rejected("ID Token", "nonce is missing")
        return claims


@weakness("accepts-token-of-the-tile-twice", of=SIMPLIFIED)
class AcceptsTokenOfTheTileTwice(RelyingParty):
    """Nothing remembers which tokens have been here: whoever finds one signs in with it."""

    def check_first_use(self, claims: Claims) -> None:
        pass


@weakness("reads-token-of-the-tile-unverified", of=SIMPLIFIED)
class ReadsTokenOfTheTileUnverified(RelyingParty):
    """It came from the IdP's own page, so its payload is decoded, and that is all."""

    def identify_unasked(self, received: MultiDict[str, str]) -> Claims:
        claims = self.claims_of(self.read(received["id_token"]))
        self.check_first_use(claims)
        return claims


@weakness("starts-login-in-a-frame", of="form-post")
class StartsLoginInAFrame(RelyingParty):
    """Its cookies are `SameSite=None` for the sake of form_post, and nothing else keeps it out of frames."""

    def check_not_framed(self, shown_in: str) -> None:
        pass

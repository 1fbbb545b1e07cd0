"""Who is signed in, and is that enough for this request? (okta.md 2.1, 2.3, 2.5; OIDC Core 3.1.2.1, 3.1.2.3)

An attempt's person signs in without a page and meets whatever is asked. Everybody else has a session, or is asked for
the password, and where the app (`require_mfa`) or the request (`acr_values`) wants it for a second factor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mock_idp.attempts.request import user_of_identity
from mock_idp.org.model import App, User
from mock_idp.protocol.errors import RedirectError
from mock_idp.protocol.scope import LoginScope
from mock_idp.store import Document

ONE_FACTOR = ("urn:okta:loa:1fa:any", "urn:okta:loa:1fa:pwd")
TWO_FACTORS, IF_POSSIBLE = "urn:okta:loa:2fa:any", "urn:okta:loa:2fa:any:ifpossible"
MFA = ("mfa", "otp", "pwd")
_NOT_LOGGED_IN = "The client specified not to prompt, but the user is not logged in."
_APP_SIGN_ON = "The client specified not to prompt, but the client app requires re-authentication or MFA."
_UNMET = "Unable to meet the authentication requirements imposed by 'acr_values' parameter."


class PasswordNeededError(Exception):
    """Somebody must sign in first."""


class FactorNeededError(Exception):
    """The person who is signed in must show a second factor first."""


@dataclass(frozen=True)
class Authentication:
    """Who has signed in, when (seconds since the epoch), how, and in which session.

    `canary`: the attempt's person, who is nobody of the directory.
    """

    user: User
    auth_time: int
    amr: tuple[str, ...]
    acr: str = ""
    session: Document | None = None
    canary: bool = False


def present(scope: LoginScope, session: Document | None) -> Authentication | None:
    """Who is there without being asked: the person of the attempt, else whoever has the session."""
    attempt = scope.attempt
    # A closed attempt is over: who looks at its RP afterwards must not be signed in anew.
    if attempt and attempt["identity"] and not attempt.get("closed"):
        return Authentication(user_of_identity(attempt["identity"]), scope.now() - 2, ("pwd",), canary=True)
    user = scope.idp.user(session["user"]) if session else None
    if user is None or session is None:
        return None
    return Authentication(user, int(session["auth_time"]), tuple(session["amr"]), session=session)


def authenticate(
    scope: LoginScope, app: App, params: Mapping[str, str], session: Document | None, *, fresh: bool
) -> Authentication:
    """Who is signed in; `fresh` where that was for this very request.

    Raises PasswordNeededError or FactorNeededError; RedirectError where `prompt=none` forbids to ask, or nothing
    would help.
    """
    wanted, silent = params.get("acr_values", "").split(), "none" in params.get("prompt", "").split()
    found = present(scope, session)
    if found and found.canary:
        acr = next(iter(wanted), "")
        return replace(found, amr=MFA if app.require_mfa or acr == TWO_FACTORS else found.amr, acr=acr)
    if found is None:
        if silent:
            raise RedirectError("login_required", _NOT_LOGGED_IN)
        raise PasswordNeededError
    too_old = "max_age" in params and scope.now() - found.auth_time >= int(params["max_age"])
    # One sign-in answers one request: `prompt=login` asks again next time.
    if (too_old or "login" in params.get("prompt", "").split()) and not fresh:
        if silent:
            raise RedirectError("login_required", _APP_SIGN_ON)
        raise PasswordNeededError
    acr = _reachable(found, wanted)
    if _wants_factor(app, found.user, acr) and "mfa" not in found.amr:
        if silent:
            raise RedirectError("login_required", _APP_SIGN_ON)
        if not found.user.factors:
            raise RedirectError("unmet_authentication_requirements", _UNMET)
        raise FactorNeededError
    return replace(found, acr=acr)


def _reachable(found: Authentication, wanted: Sequence[str]) -> str:
    """The first of the `acr_values` (in order of preference) that this person can meet; empty where none is wanted.

    Where two factors are all that is known of them, these are it, whether the person has a second one or not. Raises
    RedirectError for authentication that nobody here can do, such as a phishing-resistant one.
    """
    known = [acr for acr in wanted if acr in (*ONE_FACTOR, TWO_FACTORS, IF_POSSIBLE)]
    if wanted and not known:
        raise RedirectError("unmet_authentication_requirements", _UNMET)
    two = bool(found.user.factors) or "mfa" in found.amr
    return next((acr for acr in known if two or acr != TWO_FACTORS), next(iter(known), ""))


def _wants_factor(app: App, user: User, acr: str) -> bool:
    return app.require_mfa or acr == TWO_FACTORS or (acr == IF_POSSIBLE and bool(user.factors))

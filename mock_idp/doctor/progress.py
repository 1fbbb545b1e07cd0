"""How far the observed login came, where the IdP refused nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mock_idp.doctor import controls
from mock_idp.doctor.facts import Facts
from mock_idp.doctor.findings import Finding, finding


def rules(facts: Facts, others: Sequence[Finding] = ()) -> Iterator[Finding]:
    """At most one finding; none where an error among `others` says why the login ended."""
    if any(one.severity == "error" and one.evidence for one in others):
        return
    codes = [one for one in facts.login.responses if "code" in dict(one["parameters"])]
    if codes and not facts.login.code_requests and "code" in facts.response_types:
        message = "The application got a code, and never called the token endpoint."
        fix = "Look at the application's log: it refused the callback (state, cookie) or cannot reach the IdP."
        yield finding(facts, "login.code-not-redeemed", "error", controls.OTHER, message, fix, facts.party.page)
    elif facts.party.signed_in is None:
        return
    elif facts.login.authorize is None:
        message = "The login start did not lead to the IdP: no authorization request arrived."
        fix = f"Set the application's issuer to one of this org's ({facts.settings.org_url}), and look at its log."
        yield finding(facts, "login.never-arrived", "error", controls.ISSUER_FIELD, message, fix, facts.party.page)
    elif facts.party.signed_in is False and facts.login.succeeded:
        message = "Okta has signed the person in, and the application shows nobody signed in."
        fix = "Look at its log: it may want to know the person beforehand, or has its issuer spelt otherwise."
        yield finding(facts, "login.not-signed-in", "error", controls.OTHER, message, fix, facts.party.page)
    elif facts.party.renews and not facts.login.refreshes and not facts.login.silent and facts.login.succeeded:
        message = "The application was made to renew, and sent no refresh token."
        fix = "Let it ask for offline_access, and tick Refresh Token."
        yield finding(facts, "refresh.none-sent", "error", controls.GRANTS, message, fix)

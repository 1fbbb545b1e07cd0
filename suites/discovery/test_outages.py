"""An IdP whose metadata cannot be had for a while costs the logins of that time, and nothing else."""

from __future__ import annotations

from mock_idp.vocabulary import http
from suites._core import HARDENING, LOW, MEDIUM, Login, Ref, case


@case(
    spec=Ref("OIDC Discovery", "4.2"),
    level=HARDENING,
    severity=LOW,
    cwe=755,
    covers="discovery-non-json-or-truncated",
    idp={
        "html": http("discovery").body("<html><body>Maintenance</body></html>"),
        "truncated": http("discovery").truncate_body(40),
        "empty": http("discovery").body(""),
    },
)
def test_survives_metadata_that_cannot_be_read(login: Login) -> None:
    """A document that is none fails the login, and the next one, with a good document, succeeds."""
    issuer = login.own_issuer()
    issuer.login().must_be_rejected()
    issuer.mend()
    issuer.must_sign_in_soon()


@case(
    spec=Ref("OIDC Discovery", "4.2"),
    level=HARDENING,
    severity=MEDIUM,
    cwe=754,
    covers="discovery-5xx-then-recover",
    idp=http("discovery").status(503) & http("discovery").body(""),
)
def test_survives_an_outage_of_discovery(login: Login) -> None:
    """While discovery answers 503 no login succeeds; once it is back, logins do without a restart."""
    issuer = login.own_issuer()
    issuer.login().must_be_rejected()
    issuer.mend()
    issuer.must_sign_in_soon()


@case(
    spec=Ref("OIDC Discovery", "4.2"),
    level=HARDENING,
    severity=MEDIUM,
    cwe=400,
    covers="discovery-timeout",
    idp=http("discovery").delay(25),
)
def test_survives_discovery_that_does_not_answer(login: Login) -> None:
    """A login that waits for the IdP's metadata gives up in time, and other pages are served meanwhile."""
    login.own_issuer().must_stay_responsive()

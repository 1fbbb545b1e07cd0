"""`aud` says for whom the ID Token is: for this client, and for nobody whom the RP does not trust."""

from __future__ import annotations

from mock_idp.vocabulary import claim, client_id, other_client
from suites._core import CRITICAL, HARDENING, HIGH, LOW, MEDIUM, MUST, SHOULD, Login, Ref, case

ARRAY = claim("aud").set([client_id()])
"""Valid; an RP that refuses it has not shown that it looks at what else is in a list."""
WITH_TRUSTED = claim("aud").set([client_id(), "api://default"])
"""For an RP that says that it trusts this audience, too, which is that of Okta's default authorization server."""


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=3),
    level=MUST,
    severity=CRITICAL,
    cwe=345,
    asvs="10.5.4",
    cve=("CVE-2023-36820", "CVE-2024-47806"),
    covers="idt-aud-other-client",
    idp=claim("aud").set(other_client()),
)
def test_rejects_token_for_another_client(login: Login) -> None:
    """An ID Token issued to another client starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=3),
    level=MUST,
    severity=CRITICAL,
    cwe=345,
    asvs="10.5.4",
    covers="idt-aud-mismatch",
    idp=claim("aud").append("1"),
)
def test_rejects_changed_audience(login: Login) -> None:
    """An audience that only begins with the client's id starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=3),
    level=MUST,
    severity=CRITICAL,
    cwe=345,
    asvs="10.5.4",
    covers="idt-aud-missing",
    idp=claim("aud").remove(),
)
def test_rejects_missing_audience(login: Login) -> None:
    """An ID Token without an audience starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=3),
    level=MUST,
    severity=CRITICAL,
    cwe=345,
    asvs="10.5.4",
    covers="idt-aud-array-without-client",
    baseline=ARRAY,
    idp=claim("aud").set([other_client(), "https://api.example"]),
)
def test_rejects_array_without_client(login: Login) -> None:
    """A list of audiences that does not name the client starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=3),
    level=MUST,
    severity=HIGH,
    cwe=345,
    asvs="10.5.4",
    covers="idt-aud-array-untrusted-extra",
    baseline=ARRAY & claim("azp").set(client_id()),
    idp=claim("aud").set([client_id(), "https://untrusted.example"]) & claim("azp").set(client_id()),
)
def test_rejects_untrusted_extra_audience(login: Login) -> None:
    """An ID Token that is also for an audience that the RP does not know starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=3),
    level=MUST,
    severity=CRITICAL,
    cwe=697,
    asvs="10.5.4",
    covers="idt-aud-substring",
    idp={
        "list-in-string": claim("aud").prepend("https://api.example,"),
        "other-case": claim("aud").swap_case(),
        "substring": claim("aud").prepend("x"),
        "white-space": claim("aud").prepend(" "),
    },
)
def test_rejects_near_miss_audience(login: Login) -> None:
    """An audience that merely contains the client's id, or differs in case or by white space, starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "2"),
    level=MUST,
    severity=LOW,
    covers="idt-aud-array-single",
    idp=ARRAY,
)
def test_accepts_array_with_only_client(login: Login) -> None:
    """The audience may be a list of which the client is the only member."""
    login().must_sign_in()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=5),
    level=SHOULD,
    severity=MEDIUM,
    cwe=345,
    covers="idt-azp-mismatch",
    idp=claim("azp").set(other_client()),
)
def test_rejects_foreign_authorized_party(login: Login) -> None:
    """An ID Token that names another client as its authorized party starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=5),
    level=SHOULD,
    severity=MEDIUM,
    cwe=345,
    covers="idt-azp-mismatch",
    needs=("trusted-audience",),
    baseline=WITH_TRUSTED & claim("azp").set(client_id()),
    idp=WITH_TRUSTED & claim("azp").set(other_client()),
)
def test_rejects_foreign_authorized_party_of_several_audiences(login: Login) -> None:
    """An ID Token with several audiences, all of them trusted, that was issued to another client starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=4),
    # Earlier texts of this item wanted azp whenever there are several audiences.
    level=HARDENING,
    severity=LOW,
    cwe=345,
    covers="idt-azp-missing-multi-aud",
    # Who trusts no other audience rejects the token for that (item 3), whatever azp says.
    needs=("trusted-audience",),
    baseline=WITH_TRUSTED & claim("azp").set(client_id()),
    idp=WITH_TRUSTED,
)
def test_rejects_several_audiences_without_authorized_party(login: Login) -> None:
    """An ID Token with several audiences that does not say for which of them it was issued starts no session."""
    login().must_be_rejected()

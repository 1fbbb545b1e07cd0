"""A reference that does not exist cannot be written; one that does links to the right place."""

from __future__ import annotations

import pytest

from suites._core import Ref, UnknownReference
from suites._core.catalogue import rows
from suites._core.spec import ASVS_IDS


@pytest.mark.parametrize(
    ("spec", "section", "item", "complaint"),
    [
        ("OIDC", "2", None, "unknown specification 'OIDC'; known: .*OIDC Core"),
        ("OIDC Core", "3.1.3.9", None, "no section '3.1.3.9'"),
        ("OIDC Core", "3.1.3.7", 14, "has 13 items, no item 14"),
        ("OIDC Core", "3.1.3.7", 0, "has 13 items, no item 0"),
        ("OIDC Core", "2", 1, "has 0 items"),
        ("RFC 6749", "10.99", None, "no section"),
    ],
)
def test_unknown_reference(spec: str, section: str, item: int | None, complaint: str) -> None:
    with pytest.raises(UnknownReference, match=complaint):
        Ref(spec, section, item)


@pytest.mark.parametrize(
    ("ref", "url", "text"),
    [
        (
            Ref("OIDC Core", "3.1.3.7", item=3),
            "https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation",
            "OIDC Core 3.1.3.7 (3)",
        ),
        (
            Ref("OIDC Core", "5.3.2"),
            "https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse",
            "OIDC Core 5.3.2",
        ),
        (
            Ref("OIDC Discovery", "4.3"),
            "https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation",
            "OIDC Discovery 4.3",
        ),
        (
            Ref("RFC 6749", "4.1.2"),
            "https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2",
            "RFC 6749 4.1.2",
        ),
        (
            Ref("OWASP ASVS", "10.5.4"),
            "https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x19-V10-OAuth-and-OIDC.md",
            "OWASP ASVS 10.5.4",
        ),
    ],
)
def test_links(ref: Ref, url: str, text: str) -> None:
    assert (ref.url, ref.text) == (url, text)
    assert ref.to_json()["url"] == url


def test_asvs_ids_are_those_of_relying_parties() -> None:
    assert {"9.1.1", "10.1.2", "10.5.4"} <= ASVS_IDS
    assert not [number for number in ASVS_IDS if number.startswith(("10.3.", "10.4.", "10.6.", "10.7."))]


def test_catalogue() -> None:
    assert len(rows()) == 376
    assert "idt-aud-other-client" in rows()

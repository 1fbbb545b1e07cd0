"""Redirect URI matching: to the letter, and with one wildcard in the lowest label of an https host (okta.md 2.6)."""

from __future__ import annotations

import string
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_idp.protocol.authorization.redirect_uris import registered
from tests.mock_idp.okta import Okta, parameters
from tests.mock_idp.org_parts import change_app

PATTERN = "https://app-*.apps.example.com/cb?x=1"


def fits(pattern: str, requested: str) -> bool:
    return registered(requested, [pattern], wildcard=True)


@pytest.mark.parametrize(
    ("pattern", "requested"),
    [
        (PATTERN, "https://app-1.apps.example.com/cb?x=1"),
        ("https://*.example.com/cb", "https://pr-12.example.com/cb"),
        ("https://redirect-*-domain.example.com/oidc/redirect", "https://redirect-7-domain.example.com/oidc/redirect"),
        ("https://*.example.com:8443/cb", "https://a.example.com:8443/cb"),
        ("https://*.example.com", "https://a.example.com"),
    ],
)
def test_wildcard_stands_for_a_part_of_a_label(pattern: str, requested: str) -> None:
    assert fits(pattern, requested)
    assert not registered(requested, [pattern], wildcard=False)


@pytest.mark.parametrize(
    ("pattern", "requested"),
    [
        (PATTERN, "https://app-.apps.example.com/cb?x=1"),
        (PATTERN, "https://app-a.b.apps.example.com/cb?x=1"),
        (PATTERN, "https://app-a/.apps.example.com/cb?x=1"),
        (PATTERN, "https://app-evil.example#.apps.example.com/cb?x=1"),
        (PATTERN, "https://app-u@evil.apps.example.com/cb?x=1"),
        (PATTERN, "https://app-1-.apps.example.com/cb?x=1"),
        (PATTERN, "https://app-ü.apps.example.com/cb?x=1"),
        (PATTERN, "https://app-1.apps.example.com/cb"),
        (PATTERN, "https://app-1.apps.example.com/CB?x=1"),
        (PATTERN, "https://app-1.apps.example.com:443/cb?x=1"),
        (PATTERN, "http://app-1.apps.example.com/cb?x=1"),
        (PATTERN, "https://app-1.apps.example.com/cb?x=1\n"),
        ("https://*.com/cb", "https://evil.com/cb"),
        ("http://*.example.com/cb", "http://a.example.com/cb"),
        ("https://apps.*.example.com/cb", "https://apps.a.example.com/cb"),
        ("https://a.example.com/*", "https://a.example.com/cb"),
        ("https://*-*.example.com/cb", "https://a-b.example.com/cb"),
        ("com.example.*:/cb", "com.example.app:/cb"),
        ("https://*.example.com/cb", "https://-a.example.com/cb"),
        ("https://*.example.com/cb", f"https://{'a' * 64}.example.com/cb"),
    ],
)
def test_wildcard_does_not_reach_further(pattern: str, requested: str) -> None:
    assert not fits(pattern, requested)


@given(st.text(alphabet=string.printable + "ü。", max_size=30))
def test_whatever_the_wildcard_stands_for_the_domain_is_the_apps(inserted: str) -> None:
    requested = f"https://app-{inserted}.apps.example.com/cb?x=1"

    if fits(PATTERN, requested):
        parts = urlsplit(requested)
        first, _, rest = (parts.hostname or "").partition(".")
        assert (rest, parts.path, parts.query, parts.port) == ("apps.example.com", "/cb", "x=1", None)
        assert first == f"app-{inserted}".lower()
    else:
        assert not inserted or set(inserted) - set(string.ascii_letters + string.digits + "-") or inserted[-1] == "-"


@given(st.text(alphabet=string.ascii_letters + ":/.*?#-", max_size=40), st.booleans())
def test_without_an_asterisk_only_the_same_string_matches(uri: str, wildcard: bool) -> None:
    known = "https://rp.example.com/callback"

    assert registered(uri, [known], wildcard=wildcard) == (uri == known)


@pytest.mark.parametrize(("settings", "status"), [({"wildcard_redirect": "SUBDOMAIN"}, 302), ({}, 400)])
def test_the_app_decides_about_wildcards(okta: Okta, settings: dict[str, Any], status: int) -> None:
    change_app(okta, redirect_uris=("https://pr-*.rp.example.com/cb",), **settings)

    answer = okta.authorize(okta.attempt(), redirect_uri="https://pr-9.rp.example.com/cb")
    assert answer.status_code == status
    if status == 302:
        assert answer.headers["Location"].startswith("https://pr-9.rp.example.com/cb?code=")
        redeemed = okta.redeem(dict(parameters(answer))["code"], redirect_uri="https://pr-9.rp.example.com/cb")
        assert redeemed.status_code == 200

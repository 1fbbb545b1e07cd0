"""The forms of sign-in, consent and activation come from the org's own pages (login CSRF).

Their key (`okta_key`) is no form token: whoever attacks can get one for themselves, and make another browser send it.
So the browser says where the form stands (`Origin`, which all of them send with a POST). No cookie is needed, and
programs, which send no `Origin`, are let through.
"""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from flask import Blueprint, request

from mock_idp.protocol.exchange import current_idp
from mock_idp.web.form_token import FormTokenError

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def guard(blueprint: Blueprint) -> None:
    """FormTokenError for a form of somebody else's page."""
    blueprint.before_request(_check)


def _check() -> None:
    origin = request.headers.get("Origin")
    if request.method != "POST" or origin is None:
        return
    try:
        known = [urlsplit(url) for url in (*current_idp().base_urls(), request.url)]
        if not any(_same(urlsplit(origin), own) for own in known):
            raise FormTokenError
    except ValueError:  # no URL, no origin
        raise FormTokenError from None


def _same(one: SplitResult, other: SplitResult) -> bool:
    """Host and port agree; the names of loopback are one host. Not the scheme: a proxy may stand in between."""
    if one.netloc.lower() == other.netloc.lower():
        return True
    return one.port == other.port and one.hostname in _LOOPBACK and other.hostname in _LOOPBACK

"""Weaknesses of the redirect URI: what a request says decides where the code goes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import request
from werkzeug.datastructures import MultiDict

from targets.broken.registry import weakness
from targets.reference.relying_party import RelyingParty


@weakness("redirect-uri-from-host")
class RedirectUriFromHost(RelyingParty):
    """`url_for(..., _external=True)`: the Host header becomes part of the redirect URI."""

    def redirect_uri(self) -> str:
        return f"{request.scheme}://{request.host}/callback"


@weakness("redirect-uri-from-forwarded-host")
class RedirectUriFromForwardedHost(RelyingParty):
    """Proxy headers are believed although no proxy is in front."""

    def redirect_uri(self) -> str:
        host = request.headers.get("X-Forwarded-Host")
        return f"{request.scheme}://{host}/callback" if host else super().redirect_uri()


@weakness("redirect-uri-from-query")
class RedirectUriFromQuery(RelyingParty):
    """The login page takes the redirect URI from its own query, meant for a native app or for tests."""

    def redirect_uri(self) -> str:
        return request.args.get("redirect_uri") or super().redirect_uri()


@weakness("deep-link-in-redirect-uri")
class DeepLinkInRedirectUri(RelyingParty):
    """The page to return to travels in the redirect URI, which then is no longer the registered one."""

    def redirect_uri(self) -> str:
        deep_link = request.args.get("next")
        return f"{super().redirect_uri()}?{urlencode({'next': deep_link})}" if deep_link else super().redirect_uri()


@weakness("redirect-uri-from-bind-address", of="bind-address")
class RedirectUriFromBindAddress(RelyingParty):
    """The address that the server is bound to, in place of its public name: http, and not only on this machine."""

    def redirect_uri(self) -> str:
        return super().redirect_uri().replace("127.0.0.1", "0.0.0.0")


@weakness("tile-in-redirect-uri")
class TileInRedirectUri(RelyingParty):
    """For the statistics: the redirect URI says that the login came from the tile."""

    def redirect_uri(self) -> str:
        return f"{super().redirect_uri()}?from=tile" if request.path == "/initiate" else super().redirect_uri()


@weakness("follows-next-of-login-page")
class FollowsNextOfLoginPage(RelyingParty):
    """`?next=` is kept until the login is over, and is nobody's business until then."""

    def start_login(self, **options: Any) -> str:
        return super().start_login(**{**options, "return_to": request.args.get("next", "")})


@weakness("follows-next-without-scheme")
class FollowsNextWithoutScheme(RelyingParty):
    """`?next=` has to be without a scheme, which is not yet without a host."""

    def start_login(self, **options: Any) -> str:
        wanted = request.args.get("next", "")
        return super().start_login(**{**options, "return_to": "" if urlsplit(wanted).scheme else wanted})


@weakness("follows-next-of-response")
class FollowsNextOfResponse(RelyingParty):
    """Where to go on is read at the end, from whatever the callback was called with."""

    def finish_login(self, received: MultiDict[str, str]) -> str:
        usual = super().finish_login(received)
        return request.args.get("next") or request.args.get("RelayState") or usual

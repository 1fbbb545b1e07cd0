"""Authlib's Flask client, with connections that stay open and a token response that is judged by us."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from authlib.integrations.requests_client import OAuth2Session
from flask import Flask
from requests.adapters import HTTPAdapter

from targets.reference.settings import Settings

TIMEOUT = 10.0
NAME = "idp"


class KeptAlive(HTTPAdapter):
    """Outlives the sessions that use it, so that its connections do too (Authlib makes one per call)."""

    def close(self) -> None:
        return None


class TokenSession(OAuth2Session):  # type: ignore[misc]
    """Hands the token response over as it came: which answers are good is this relying party's business."""

    def parse_response_token(self, resp: requests.Response) -> requests.Response:
        return resp


class IdpClient(FlaskOAuth2App):  # type: ignore[misc]
    """The client of one issuer; `client.session()` is an Authlib session for one exchange."""

    client_cls = TokenSession
    adapter: KeptAlive

    def _get_oauth_client(self, **_metadata: Any) -> TokenSession:
        # Without the metadata: members named like session settings (`verify`) would change the session.
        session: TokenSession = super()._get_oauth_client()
        session.mount("http://", self.adapter)
        session.mount("https://", self.adapter)
        return session

    def session(self) -> TokenSession:
        return self._get_oauth_client()


def register(app: Flask, settings: Settings) -> IdpClient:
    """The relying party's registration at its issuer; discovery is fetched when it is first needed."""
    client: IdpClient = OAuth(app).register(
        NAME,
        client_cls=IdpClient,
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        server_metadata_url=f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "token_endpoint_auth_method": settings.token_endpoint_auth_method,
            "default_timeout": TIMEOUT,
            "max_redirects": 0,
            "trust_env": False,
            "verify": settings.ca_file or True,
        },
    )
    client.adapter = KeptAlive(pool_maxsize=16)
    return client


def http_session(settings: Settings) -> requests.Session:
    """For JWKS and UserInfo. It keeps connections, but nothing that the IdP would like it to remember."""
    session = requests.Session()
    session.trust_env = False
    session.verify = settings.ca_file or True
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.mount("http://", HTTPAdapter(pool_maxsize=16))
    session.mount("https://", HTTPAdapter(pool_maxsize=16))
    return session

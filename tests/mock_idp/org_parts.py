"""Changes of a running org for tests, made as the operations of the org make them: the next request obeys."""

from __future__ import annotations

import dataclasses
from typing import Any

from mock_idp.org.model import App, AuthorizationServer, User
from tests.mock_idp.okta import Okta


def switch(okta: Okta, **settings: Any) -> None:
    """Turn switches of the org."""
    okta.idp.org.settings = dataclasses.replace(okta.idp.org.settings, **settings)


def change_server(okta: Okta, server_id: str = "default", **members: Any) -> AuthorizationServer:
    """Give a custom authorization server other members."""
    known = okta.idp.org.servers.get(server_id)
    assert known is not None
    return okta.idp.org.servers.save(dataclasses.replace(known, **members))


def change_app(okta: Okta, client_id: str = "web", **members: Any) -> App:
    """Give an app other members, also those that no operation would let it have."""
    app = okta.idp.org.apps.get(client_id)
    assert app is not None
    return okta.idp.org.apps.save(dataclasses.replace(app, **members))


def change_ada(okta: Okta, **members: Any) -> User:
    """Give the person that signs in other members."""
    ada = okta.idp.user_by_login("ada@example.com")
    assert ada is not None
    return okta.idp.org.users.save(dataclasses.replace(ada, **members))

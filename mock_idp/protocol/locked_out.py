"""Operations on people that also end what they have been given: sessions and tokens, here and in apps (okta.md 7)."""

from __future__ import annotations

from mock_idp.idp import Idp
from mock_idp.operations import users
from mock_idp.org.model import User
from mock_idp.protocol import granted
from mock_idp.protocol.sign_out.universal_logout import universal_logout


def deactivate(idp: Idp, user: User) -> None:
    users.deactivate(idp.org, user, int(idp.clock.now()))
    _shut_out(idp, user)


def suspend(idp: Idp, user: User) -> None:
    users.suspend(idp.org, user, int(idp.clock.now()))
    universal_logout(idp, user)


def delete(idp: Idp, user: User) -> User | None:
    """The first time it deactivates; None when the person is gone."""
    _shut_out(idp, user)
    return users.delete(idp.org, user, int(idp.clock.now()))


def _shut_out(idp: Idp, user: User) -> None:
    universal_logout(idp, user)
    granted.revoke_all(idp, user)

"""What must work and what must be refused: plain bookkeeping of what was handed out, to whom, and what happened since.

It knows no endpoint. Times are seconds of the org's clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from mock_idp.clock import ManualClock

DAY = 86_400
CODE_LIFE = 300
SESSION_TOKEN_LIFE = 300
PUSHED_LIFE = 3600
DEVICE_LIFE = 600
ID_TOKEN_LIFE = 3600
ACCESS_LIFE = {"default": 300, "org": 3600}
REFRESH_LIFE = {"default": 1200, "org": 90 * DAY}
REFRESH_IDLE = {"default": 600, "org": None}
PEOPLE = ("ada@example.com", "bob@example.com")


@dataclass(frozen=True)
class Client:
    """An app: how it authenticates, and what becomes of its refresh tokens."""

    kind: str
    method: str
    rotates: bool
    leeway: int

    @property
    def public(self) -> bool:
        return self.method == "none"


CLIENTS = {
    "basic-web": Client("web", "client_secret_basic", rotates=False, leeway=30),
    "post-native": Client("native", "client_secret_post", rotates=True, leeway=30),
    "public-spa": Client("browser", "none", rotates=True, leeway=0),
    "signing-web": Client("web", "private_key_jwt", rotates=False, leeway=30),
}


@dataclass(eq=False)
class Login:
    """One authorization, and all that came of it; without a `code` where a password was enough.

    `orphaned`: its app or its person was deleted. `ended`: an administrator ended what the person had.
    """

    app: str
    server: str
    person: str
    scopes: frozenset[str]
    at: float
    code: str = ""
    redirect_uri: str = ""
    pkce: bool = False
    redeemed: bool = False
    reuse_seen: bool = False
    refresh_revoked: bool = False
    orphaned: bool = False
    ended: bool = False
    accesses: list[Access] = field(default_factory=list)
    refreshes: list[Refresh] = field(default_factory=list)


@dataclass(eq=False)
class Access:
    """An access token, and the ID Token that came with it."""

    value: str
    login: Login
    scopes: frozenset[str]
    made: float
    expires: float
    beside_refresh: bool
    id_token: str
    revoked: bool = False


@dataclass(eq=False)
class Refresh:
    value: str
    login: Login
    expires: float
    idle_expires: float | None
    replaced_at: float | None = None


@dataclass(eq=False)
class Pushed:
    """A pushed authorization request."""

    value: str
    app: str
    server: str
    scope: str
    at: float
    orphaned: bool = False


@dataclass(eq=False)
class Device:
    """A device that waits for a person; `login` is there once one has approved."""

    app: str
    server: str
    code: str
    user_code: str
    at: float
    denied: bool = False
    orphaned: bool = False
    login: Login | None = None


@dataclass(eq=False)
class SessionToken:
    value: str
    person: str
    at: float
    spent: bool = False


@dataclass
class World:
    """Who may not sign in, which app is off, what was handed out, what time it is."""

    clock: ManualClock
    shut_out: set[str] = field(default_factory=set)
    inactive: set[str] = field(default_factory=set)
    logins: list[Login] = field(default_factory=list)
    pushed: list[Pushed] = field(default_factory=list)
    session_tokens: list[SessionToken] = field(default_factory=list)
    devices: list[Device] = field(default_factory=list)
    assertions: dict[str, list[str]] = field(default_factory=dict)
    """The client assertions that an app has used."""

    # ---- what must work ---------------------------------------------------------------------------------------

    def may_sign_in(self, person: str, app: str) -> bool:
        return person not in self.shut_out and app not in self.inactive

    def alive(self, login: Login) -> bool:
        """Whether anything of this login may be of any use now."""
        gone = login.orphaned or login.ended or login.reuse_seen
        return self.may_sign_in(login.person, login.app) and not gone

    def code_works(self, login: Login) -> bool:
        return not login.redeemed and self.clock.at <= login.at + CODE_LIFE and self.alive(login)

    def access_works(self, token: Access) -> bool:
        gone = token.revoked or (token.beside_refresh and token.login.refresh_revoked)
        return self.alive(token.login) and not gone and self.clock.at <= token.expires

    def id_token_works(self, token: Access) -> bool:
        """Nobody can revoke it: it says who signed in, as long as that is somebody and is not over."""
        login = token.login
        here = self.may_sign_in(login.person, login.app) and not login.orphaned
        return here and bool(token.id_token) and self.clock.at <= int(token.made) + ID_TOKEN_LIFE

    def refresh_lives(self, token: Refresh) -> bool:
        """Whether it is a good token, or one that was replaced."""
        idle = token.idle_expires is not None and self.clock.at > token.idle_expires
        here = self.alive(token.login) and not token.login.refresh_revoked
        return here and not idle and self.clock.at <= token.expires

    def is_reuse(self, token: Refresh) -> bool:
        leeway = CLIENTS[token.login.app].leeway
        return token.replaced_at is not None and (leeway == 0 or self.clock.at > token.replaced_at + leeway)

    def pushed_works(self, pushed: Pushed) -> bool:
        return not pushed.orphaned and self.clock.at < pushed.at + PUSHED_LIFE

    def session_token_works(self, token: SessionToken) -> bool:
        return not token.spent and self.clock.at < token.at + SESSION_TOKEN_LIFE and token.person not in self.shut_out

    def device_waits(self, device: Device) -> bool:
        """Whether somebody can still answer it."""
        here = device.app not in self.inactive and not device.orphaned and self.clock.at < device.at + DEVICE_LIFE
        return here and not device.denied and device.login is None

    def device_works(self, device: Device) -> bool:
        login = device.login
        in_time = self.clock.at < device.at + DEVICE_LIFE
        return in_time and login is not None and not login.redeemed and self.alive(login)

    # ---- what happens -----------------------------------------------------------------------------------------

    def received(self, body: dict[str, Any], login: Login, scopes: frozenset[str], before: Refresh | None) -> None:
        """Note what a token response handed out; `before` is the refresh token that it was given for."""
        now, value, window = self.clock.at, body.get("refresh_token"), REFRESH_IDLE[login.server]
        idle = now + window if window else None
        if before and before.value == value:
            before.idle_expires = idle
        elif value:
            expires = before.expires if before else now + REFRESH_LIFE[login.server]
            login.refreshes.append(Refresh(value, login, expires, idle))
            if before and before.replaced_at is None:
                before.replaced_at = now
        ends, id_token = int(now) + ACCESS_LIFE[login.server], body.get("id_token", "")
        login.accesses.append(Access(body["access_token"], login, scopes, now, ends, value is not None, id_token))

    def app_deleted(self, app: str) -> None:
        self.inactive.discard(app)
        for login in self.logins:
            login.orphaned |= login.app == app
        asked: list[Pushed | Device] = [*self.pushed, *self.devices]
        for one in asked:
            one.orphaned |= one.app == app

    def person_deleted(self, person: str) -> None:
        self.person_ended(person)
        self.shut_out.discard(person)
        for login in self._logins_of(person):
            login.orphaned = True

    def person_ended(self, person: str) -> None:
        """Deactivated: nothing of before works again."""
        self.person_shut_out(person)
        for login in self._logins_of(person):
            login.ended = True

    def person_shut_out(self, person: str) -> None:
        """Suspended: tokens wait for a better time, sessions do not."""
        self.shut_out.add(person)
        for token in self.session_tokens:
            token.spent |= token.person == person

    def _logins_of(self, person: str) -> Iterable[Login]:
        return (login for login in self.logins if login.person == person)

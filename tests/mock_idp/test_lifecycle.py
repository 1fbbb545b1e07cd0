"""The life of codes and tokens as a state machine: no sequence of requests gets a token that must be refused.

The model below is plain bookkeeping: it knows no endpoint, only what was handed out, to whom, and what happened since.
Every answer of the mock is held against it, both ways: what the model allows must work, what it forbids must not.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, rule
from werkzeug.test import TestResponse

from mock_idp.clock import ManualClock
from mock_idp.crypto.keys import KeyRing
from mock_idp.idp import Idp
from mock_idp.org.authorization_server import AuthorizationServer, Policy, Rule
from mock_idp.org.model import Org, Settings, User
from tests.mock_idp.okta import CALLBACK, ORIGIN, PKCE, VERIFIER, Okta, basic, parameters

KEYS = KeyRing()
OTHER_CALLBACK = "https://rp.example/other"
CODE_LIFE = 300
DEVICE_LIFE = 600
DAY = 86_400
ACCESS_LIFE = {"default": 300, "org": 3600}
REFRESH_LIFE = {"default": 1200, "org": 90 * DAY}
REFRESH_IDLE = {"default": 600, "org": None}
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
LIMITED = Rule(
    "limited",
    grant_types=("authorization_code", DEVICE),
    access_token_lifetime_minutes=5,
    refresh_token_lifetime_minutes=20,
    refresh_token_window_minutes=10,
)
APPS: dict[str, dict[str, Any]] = {
    "static": {"client_secret": "s", "refresh_token_rotation": "STATIC"},
    "rotating": {
        "client_secret": "s",
        "token_endpoint_auth_method": "client_secret_post",
        "refresh_token_rotation": "ROTATE",
        "refresh_token_leeway": 30,
    },
    "spa": {
        "token_endpoint_auth_method": "none",
        "application_type": "browser",
        "refresh_token_rotation": "ROTATE",
        "refresh_token_leeway": 0,
    },
}
LEEWAY = {"static": 30, "rotating": 30, "spa": 0}
PEOPLE = ("ada@example.com", "bob@example.com")


# ---- the model ----------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Login:
    """One authorization, and all that came of it."""

    app: str
    server: str
    person: str
    scopes: frozenset[str]
    redirect_uri: str
    pkce: bool
    at: float
    code: str
    redeemed: bool = False
    reuse_seen: bool = False
    refresh_revoked: bool = False
    accesses: list[Access] = field(default_factory=list)
    refreshes: list[Refresh] = field(default_factory=list)


@dataclass(eq=False)
class Access:
    value: str
    login: Login
    scopes: frozenset[str]
    expires: float
    beside_refresh: bool
    revoked: bool = False


@dataclass(eq=False)
class Refresh:
    value: str
    login: Login
    expires: float
    idle_expires: float | None
    replaced_at: float | None = None


@dataclass(eq=False)
class Device:
    """A device that waits for a person; `login` is there once one has approved."""

    app: str
    server: str
    code: str
    user_code: str
    at: float
    denied: bool = False
    login: Login | None = None


@dataclass
class World:
    """Who is suspended, which app is off, what time it is."""

    clock: ManualClock
    suspended: set[str] = field(default_factory=set)
    inactive: set[str] = field(default_factory=set)

    def alive(self, login: Login) -> bool:
        """Whether anything of this login may be of any use now."""
        return login.person not in self.suspended and login.app not in self.inactive and not login.reuse_seen

    def access_works(self, token: Access) -> bool:
        gone = token.revoked or (token.beside_refresh and token.login.refresh_revoked)
        return self.alive(token.login) and not gone and self.clock.at <= token.expires

    def refresh_lives(self, token: Refresh) -> bool:
        """Whether it is a good token, or one that was replaced."""
        idle = token.idle_expires is not None and self.clock.at > token.idle_expires
        return (
            self.alive(token.login) and not token.login.refresh_revoked and not idle and self.clock.at <= token.expires
        )

    def is_reuse(self, token: Refresh) -> bool:
        leeway = LEEWAY[token.login.app]
        return token.replaced_at is not None and (leeway == 0 or self.clock.at > token.replaced_at + leeway)


# ---- the machine --------------------------------------------------------------------------------------------


def _mostly_none(*faults: str) -> st.SearchStrategy[str]:
    """One thing is wrong with a request, or (more often) nothing."""
    return st.sampled_from(["none"] * 2 * len(faults) + list(faults))


MOSTLY = st.sampled_from([True, True, False])
SCOPES = st.sampled_from(["openid", "openid offline_access", "openid email offline_access"])
NARROWED = st.sampled_from([None, None, None, "openid", "email", "openid email", "openid phone", "offline_access"])
WHICH = st.sampled_from([0, 0, 1, 2])
SERVERS = st.sampled_from(["default", "default", "org"])
SECONDS = st.sampled_from([1, 29, 30, 31, 31, 31, 290, 301, 550, 601, DAY])


Token = TypeVar("Token", Access, Refresh)


class Lifecycle(RuleBasedStateMachine):
    """Rules are what clients, people, administrators and time can do."""

    logins = Bundle("logins")
    devices = Bundle("devices")

    def __init__(self) -> None:
        super().__init__()
        users = tuple(
            User(id=f"00u{name[:3]}", login=name, email=name, name=name, password="correct horse") for name in PEOPLE
        )
        servers = (AuthorizationServer("default", "default", policies=(Policy("p", rules=(LIMITED,)),)),)
        org = Org(users=users, authorization_servers=servers, settings=Settings(session_ttl=10**9))
        clock = ManualClock()
        idp = Idp(ORIGIN, org, clock=clock)
        idp.keys = KEYS
        self.okta, self.world = Okta(idp, clock), World(clock)
        for name, members in APPS.items():
            uris, grants = [CALLBACK, OTHER_CALLBACK], ["authorization_code", "refresh_token", DEVICE]
            self.okta.register(name, redirect_uris=uris, grant_types=grants, **members)
        self.browsers = {name: self.okta.new_browser() for name in PEOPLE}
        self.known: list[Login] = []
        self.asked: list[Device] = []

    @initialize(target=logins, server=SERVERS)
    def one_login_through_each_app(self, server: str) -> Any:
        """Sequences are short: they start where most of what can go wrong is one or two steps away."""
        everything = "openid email offline_access"
        who = zip((*PEOPLE, PEOPLE[0]), sorted(APPS), strict=True)
        return multiple(*(self.authorize(person, app, server, everything, CALLBACK, True, True) for person, app in who))

    # ---- people and apps --------------------------------------------------------------------------------------

    def _code(self, person: str, app: str, server: str, scope: str, redirect_uri: str, pkce: bool) -> str:
        proof = PKCE if pkce else {}
        browser = self.browsers[person]
        answer = self.okta.authorize(
            browser=browser, client_id=app, server=server, scope=scope, redirect_uri=redirect_uri, **proof
        )
        if answer.status_code == 200:
            self.okta.browser = browser
            answer = self.okta.sign_in(answer, {"identifier": person, "credentials": "correct horse"})
        return dict(parameters(answer))["code"]

    @rule(
        target=logins,
        person=st.sampled_from(PEOPLE),
        app=st.sampled_from(sorted(APPS)),
        server=SERVERS,
        scope=SCOPES,
        redirect_uri=st.sampled_from([CALLBACK, OTHER_CALLBACK]),
        pkce=st.booleans(),
        redeemed=st.booleans(),
    )
    def authorize(
        self, person: str, app: str, server: str, scope: str, redirect_uri: str, pkce: bool, redeemed: bool
    ) -> Any:
        if person in self.world.suspended or app in self.world.inactive:
            return multiple()
        pkce = pkce or app == "spa"
        code = self._code(person, app, server, scope, redirect_uri, pkce)
        made = Login(app, server, person, frozenset(scope.split()), redirect_uri, pkce, self.world.clock.at, code)
        self.known.append(made)
        if redeemed:
            self.redeem(made, "none")
        return made

    # ---- devices ----------------------------------------------------------------------------------------------

    @rule(target=devices, app=st.sampled_from(sorted(APPS)), server=SERVERS)
    def ask_by_device(self, app: str, server: str) -> Any:
        answer = self._post("device/authorize", app, "none", server, scope="openid offline_access")
        assert (answer.status_code == 200) is (app not in self.world.inactive), answer.text
        if answer.status_code != 200:
            return multiple()
        found = answer.json or {}
        made = Device(app, server, found["device_code"], found["user_code"], self.world.clock.at)
        self.asked.append(made)
        return made

    @rule(device=devices, person=st.sampled_from(PEOPLE), approve=MOSTLY)
    def answer_device(self, device: Device, person: str, approve: bool) -> None:
        world = self.world
        sent = {"code": device.user_code, "approve": approve, "user": person}
        answer = self.okta.control("POST", "/approvals", sent)
        open_still = device.app not in world.inactive and world.clock.at < device.at + DEVICE_LIFE
        waits = open_still and not device.denied and device.login is None
        expected = 404 if not waits else 400 if approve and person in world.suspended else 200
        assert answer.status_code == expected, answer.text
        if expected != 200:
            return
        device.denied = not approve
        if approve:
            scopes = frozenset({"openid", "offline_access"})
            device.login = Login(device.app, device.server, person, scopes, "", False, world.clock.at, device.code)

    @rule(target=logins, device=devices, fault=_mostly_none("credentials", "client", "server"))
    def poll(self, device: Device, fault: str) -> Any:
        """Tokens come after the approval, once, in time, and never after a denial."""
        app, where = _apart(device, fault)
        login, world = device.login, self.world
        in_time = world.clock.at < device.at + DEVICE_LIFE
        allowed = fault == "none" and login is not None and not login.redeemed and in_time and world.alive(login)
        answer = self._post("token", app, fault, where, grant_type=DEVICE, device_code=device.code)
        if not _as_allowed(answer, allowed) or login is None:
            return multiple()
        login.redeemed = True
        self._received(answer, login, login.scopes)
        self.known.append(login)
        return login

    def _post(self, endpoint: str, app: str, fault: str, server: str, **params: Any) -> TestResponse:
        """A request of an app; with the fault `credentials` it does not convince."""
        secret, headers, members = "guess" if fault == "credentials" else "s", {}, {}
        if app == "static":
            headers = basic(app, secret)
        else:
            members = {"client_id": app} | ({"client_secret": secret} if (app, secret) != ("spa", "s") else {})
        return self.okta.post(endpoint, server=server, headers=headers, **members, **params)

    # ---- tokens -----------------------------------------------------------------------------------------------

    @rule(
        login=logins, fault=_mostly_none("credentials", "client", "redirect_uri", "verifier", "no verifier", "server")
    )
    def redeem(self, login: Login, fault: str) -> None:
        app, where = _apart(login, fault)
        uri = login.redirect_uri
        if fault == "redirect_uri":
            uri = _other(uri, (CALLBACK, OTHER_CALLBACK))
        honest = VERIFIER if login.pkce else None
        proof = {"verifier": "w" * 43, "no verifier": None}.get(fault, honest)
        allowed = (
            (fault == "none" or (fault == "no verifier" and not login.pkce))
            and not login.redeemed
            and self.world.clock.at <= login.at + CODE_LIFE
            and self.world.alive(login)
        )
        params = {"grant_type": "authorization_code", "code": login.code, "redirect_uri": uri, "code_verifier": proof}
        answer = self._post("token", app, fault, where, **params)
        if _as_allowed(answer, allowed):
            login.redeemed = True
            self._received(answer, login, login.scopes)

    @rule(login=logins, which=WHICH)
    def refresh_honestly(self, login: Login, which: int) -> None:
        self.refresh(login, which, None, "none")

    @rule(login=logins, which=WHICH, scope=NARROWED, fault=_mostly_none("credentials", "client", "server"))
    def refresh(self, login: Login, which: int, scope: str | None, fault: str) -> None:
        if not login.refreshes:
            return
        token, world = _pick(login.refreshes, which), self.world
        app, where = _apart(login, fault)
        wanted = frozenset(scope.split()) if scope else login.scopes
        presented = fault == "none" and world.refresh_lives(token)
        reuse = presented and world.is_reuse(token)
        allowed = presented and not reuse and wanted <= login.scopes
        params = {"grant_type": "refresh_token", "refresh_token": token.value, "scope": scope}
        answer = self._post("token", app, fault, where, **params)
        login.reuse_seen |= reuse
        if not _as_allowed(answer, allowed):
            return
        rotates = APPS[login.app]["refresh_token_rotation"] == "ROTATE"
        handed_out = (answer.json or {})["refresh_token"]
        assert (handed_out != token.value) == rotates
        if rotates and token.replaced_at is None:
            token.replaced_at = world.clock.at
        self._received(answer, login, wanted, token)

    def _received(
        self, answer: TestResponse, login: Login, scopes: frozenset[str], before: Refresh | None = None
    ) -> None:
        """Note what a token response handed out."""
        body, now = answer.json or {}, self.world.clock.at
        life, window = ACCESS_LIFE[login.server], REFRESH_IDLE[login.server]
        assert set(body["scope"].split()) == scopes
        assert ("id_token" in body) == ("openid" in scopes)
        assert ("refresh_token" in body) == ("offline_access" in login.scopes)
        assert body["expires_in"] == life
        value, idle = body.get("refresh_token"), now + window if window else None
        if before and before.value == value:
            before.idle_expires = idle
        elif value:
            expires = before.expires if before else now + REFRESH_LIFE[login.server]
            login.refreshes.append(Refresh(value, login, expires, idle))
        login.accesses.append(Access(body["access_token"], login, scopes, int(now) + life, value is not None))

    # ---- what resource servers, clients, administrators and time do -------------------------------------------

    @rule(login=logins, which=WHICH, fault=_mostly_none("server"))
    def userinfo(self, login: Login, which: int, fault: str) -> None:
        if login.accesses:
            self._check_userinfo(_pick(login.accesses, which), _apart(login, fault)[1])

    def _check_userinfo(self, token: Access, server: str) -> None:
        works = server == token.login.server and self.world.access_works(token)
        expected = 401 if not works else 200 if "openid" in token.scopes else 403
        assert self.okta.userinfo(token.value, server=server).status_code == expected

    @rule(login=logins, which=WHICH, fault=_mostly_none("server"))
    def introspect(self, login: Login, which: int, fault: str) -> None:
        server = _apart(login, fault)[1]
        if login.accesses:
            self._check_introspection(_pick(login.accesses, which), server)
        if login.refreshes:
            self._check_introspection(_pick(login.refreshes, which), server)

    def _check_introspection(self, token: Access | Refresh, server: str) -> None:
        world = self.world
        if isinstance(token, Access):
            works = world.access_works(token)
        else:
            works = world.refresh_lives(token) and not world.is_reuse(token)
        answer = self.okta.introspect(token.value, server=server).json or {}  # as `web`, who is always there
        assert answer["active"] is (works and server == token.login.server)

    @rule(login=logins, which=WHICH, fault=_mostly_none("credentials", "client", "server"))
    def revoke_access_token(self, login: Login, which: int, fault: str) -> None:
        if login.accesses:
            token = _pick(login.accesses, which)
            token.revoked |= self._revoke(login, token.value, fault)

    @rule(login=logins, which=WHICH, fault=_mostly_none("credentials", "client", "server"))
    def revoke_refresh_token(self, login: Login, which: int, fault: str) -> None:
        if login.refreshes:
            login.refresh_revoked |= self._revoke(login, _pick(login.refreshes, which).value, fault)

    def _revoke(self, login: Login, token: str, fault: str) -> bool:
        """Whether it has to be revoked now; to whom it does not belong, revocation says nothing."""
        app, where = _apart(login, fault)
        answer = self._post("revoke", app, fault, where, token=token)
        known = fault != "credentials" and app not in self.world.inactive
        assert answer.status_code == (200 if known else 401)
        return known and fault == "none"

    @rule(seconds=SECONDS)
    def time_passes(self, seconds: int) -> None:
        self.world.clock.advance(seconds)

    @rule(person=st.sampled_from(PEOPLE), active=MOSTLY)
    def suspend_or_reactivate(self, person: str, active: bool) -> None:
        user = self.okta.idp.org.user_by_login(person)
        assert user
        self.okta.idp.org.users.save(dataclasses.replace(user, status="ACTIVE" if active else "SUSPENDED"))
        (self.world.suspended.discard if active else self.world.suspended.add)(person)

    @rule(name=st.sampled_from(sorted(APPS)), active=MOSTLY)
    def deactivate_or_activate(self, name: str, active: bool) -> None:
        app = self.okta.idp.org.apps.get(name)
        assert app
        self.okta.idp.org.apps.save(dataclasses.replace(app, status="ACTIVE" if active else "INACTIVE"))
        (self.world.inactive.discard if active else self.world.inactive.add)(name)

    # ---- at the end -------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        """Everything once more, wrong and right: what was used or ended stays so, and the living lives."""
        for device in self.asked:
            for fault in ("client", "server", "none", "none"):
                self.poll(device, fault)
        for login in self.known:
            for fault in ("client", "redirect_uri", "verifier", "no verifier", "server", "none", "none"):
                self.redeem(login, fault)
            for fault, scope in (("client", None), ("server", None), ("none", "openid phone"), ("none", None)):
                self.refresh(login, 0, scope, fault)
        for login in self.known:
            for access in login.accesses:
                self._check_userinfo(access, login.server)
                self._check_introspection(access, login.server)
            for token in login.refreshes:
                self._check_introspection(token, login.server)


def _apart(login: Login | Device, fault: str) -> tuple[str, str]:
    """App and server of a request: those of the login, unless that is what is wrong."""
    app = _other(login.app, APPS) if fault == "client" else login.app
    return app, _other(login.server, ACCESS_LIFE) if fault == "server" else login.server


def _pick(tokens: Sequence[Token], which: int) -> Token:
    """A token by its age: 0 is the newest."""
    return tokens[-1 - which % len(tokens)]


def _other(value: str, among: Any) -> str:
    return next(str(name) for name in among if name != value)


def _as_allowed(answer: TestResponse, allowed: bool) -> bool:
    """Whether there are tokens; AssertionError unless that is what the model says."""
    body = answer.json or {}
    assert (answer.status_code == 200) is allowed, (answer.status_code, body)
    assert ("access_token" in body) is allowed
    assert allowed or {"error", "errorCode"} & set(body)
    return allowed


# The same sequences every time, and few enough for every run of the tests.
Lifecycle.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestLifecycle = Lifecycle.TestCase

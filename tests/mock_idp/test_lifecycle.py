"""The life of codes and tokens as a state machine: no sequence of requests gets a token that must be refused.

`lifecycle.model` says what must work and what must not; every answer of the mock is held against it, both ways.
`lifecycle.requests` says how apps, people and administrators ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, precondition, rule
from werkzeug.test import TestResponse

from mock_idp.clock import ManualClock
from tests.mock_idp.lifecycle.model import (
    ACCESS_LIFE,
    CLIENTS,
    DAY,
    PEOPLE,
    Access,
    Device,
    Login,
    Pushed,
    Refresh,
    SessionToken,
    World,
)
from tests.mock_idp.lifecycle.requests import DEVICE, OTHER_CALLBACK, PASSWORD, Requests, code_in, pkce
from tests.mock_idp.okta import CALLBACK, VERIFIER


def _mostly_none(*faults: str) -> st.SearchStrategy[str]:
    """One thing is wrong with a request, or (more often) nothing."""
    return st.sampled_from(["none"] * 2 * len(faults) + list(faults))


EVERYTHING = "openid email offline_access"
BAD_CLIENT = ("credentials", "replay")
APPS, PERSONS = st.sampled_from(sorted(CLIENTS)), st.sampled_from(PEOPLE)
SCOPES = st.sampled_from(["openid", "openid offline_access", EVERYTHING])
NARROWED = st.sampled_from([None, None, None, "openid", "email", "openid email", "openid phone", "offline_access"])
WHICH = st.sampled_from([0, 0, 1, 2])
SERVERS = st.sampled_from(["default", "default", "org"])
SECONDS = st.sampled_from([1, 29, 30, 31, 31, 31, 290, 301, 601, DAY])
Token = TypeVar("Token", Access, Refresh)


class Lifecycle(RuleBasedStateMachine):
    """Rules are what clients, people, administrators and time can do."""

    logins = Bundle("logins")
    pushes = Bundle("pushes")
    session_tokens = Bundle("session_tokens")
    devices = Bundle("devices")

    def __init__(self) -> None:
        super().__init__()
        clock = ManualClock()
        self.world, self.requests = World(clock), Requests(clock)
        self.okta = self.requests.okta
        self.deactivated: set[str] = set()
        self.signed = self.rotations = 0

    @initialize(target=logins, server=SERVERS)
    def one_login_through_each_app(self, server: str) -> Any:
        """Sequences are short: they start where most of what can go wrong is one or two steps away."""
        who = zip(PEOPLE * 2, sorted(CLIENTS), strict=True)
        made = [self._authorize(*pair, server, EVERYTHING, CALLBACK, proof=True)[0] for pair in who]
        for login in made:
            self.redeem(login, "none")
        for app in CLIENTS:
            for fault in ("credentials", "none"):
                self.push(app, server, EVERYTHING, fault)
        for person in PEOPLE:
            self.authenticate(person)
        return multiple(*made)

    # ---- people sign in -----------------------------------------------------------------------------------------

    @rule(
        target=logins,
        person=PERSONS,
        app=APPS,
        server=SERVERS,
        scope=SCOPES,
        uri=st.sampled_from([CALLBACK, OTHER_CALLBACK]),
        proof=st.booleans(),
        redeemed=st.booleans(),
    )
    def authorize(self, person: str, app: str, server: str, scope: str, uri: str, proof: bool, redeemed: bool) -> Any:
        made = self._authorize(person, app, server, scope, uri, proof=proof or CLIENTS[app].public)
        for login in made if redeemed else ():
            self.redeem(login, "none")
        return multiple(*made)

    def _authorize(self, person: str, app: str, server: str, scope: str, uri: str, *, proof: bool) -> list[Login]:
        code = self.requests.code(person, app, server, scope=scope, redirect_uri=uri, **pkce(proof))
        allowed = self.world.may_sign_in(person, app)
        return self._signed_in(code, allowed, person, app, server, scope, redirect_uri=uri, pkce=proof)

    @rule(target=pushes, app=APPS, server=SERVERS, scope=SCOPES, fault=_mostly_none(*BAD_CLIENT))
    def push(self, app: str, server: str, scope: str, fault: str) -> Any:
        params = {"redirect_uri": CALLBACK, "response_type": "code", "scope": scope, "state": "s", **pkce(True)}
        convinces = self._convinces(app, fault)
        answer = self._post("par", app, fault, server, **params)
        assert (answer.status_code == 200) is convinces, answer.text
        if not convinces:
            return multiple()
        made = Pushed((answer.json or {})["request_uri"], app, server, scope, self.world.clock.at)
        self.world.pushed.append(made)
        return made

    @rule(target=logins, pushed=pushes, person=PERSONS, fault=_mostly_none("client", "server"))
    def authorize_what_was_pushed(self, pushed: Pushed, person: str, fault: str) -> Any:
        app, server = _apart(pushed, fault)
        code = self.requests.code(person, app, server, request_uri=pushed.value)
        allowed = fault == "none" and self.world.pushed_works(pushed) and self.world.may_sign_in(person, app)
        made = self._signed_in(code, allowed, person, app, server, pushed.scope, redirect_uri=CALLBACK, pkce=True)
        return multiple(*made)

    @rule(target=session_tokens, person=PERSONS)
    def authenticate(self, person: str) -> Any:
        token = self.requests.session_token(person)
        assert (token is None) is (person in self.world.shut_out)
        if token is None:
            return multiple()
        made = SessionToken(token, person, self.world.clock.at)
        self.world.session_tokens.append(made)
        return made

    @rule(
        target=logins,
        token=session_tokens,
        app=APPS,
        server=SERVERS,
        prompt=st.sampled_from([None, "none", "login"]),
    )
    def spend_session_token(self, token: SessionToken, app: str, server: str, prompt: str | None) -> Any:
        params = {"sessionToken": token.value, "prompt": prompt, "scope": EVERYTHING, **pkce(True)}
        answer = self.okta.authorize(browser=self.okta.new_browser(), client_id=app, server=server, **params)
        allowed = app not in self.world.inactive and self.world.session_token_works(token)
        token.spent |= app not in self.world.inactive
        who = (token.person, app, server, EVERYTHING)
        return multiple(*self._signed_in(code_in(answer), allowed, *who, redirect_uri=CALLBACK, pkce=True))

    @rule(
        target=logins,
        person=PERSONS,
        app=st.sampled_from([*["post-native"] * 3, "basic-web"]),
        server=SERVERS,
        scope=SCOPES,
        fault=_mostly_none("credentials", "password"),
    )
    def give_the_app_the_password(self, person: str, app: str, server: str, scope: str, fault: str) -> Any:
        allowed = fault == "none" and CLIENTS[app].kind == "native" and self.world.may_sign_in(person, app)
        sent = {"username": person, "password": "wrong" if fault == "password" else PASSWORD, "scope": scope}
        answer = self._post("token", app, fault, server, grant_type="password", **sent)
        if not _as_allowed(answer, allowed):
            return multiple()
        login = Login(app, server, person, frozenset(scope.split()), self.world.clock.at, redeemed=True)
        self.world.logins.append(login)
        self._received(answer, login, login.scopes)
        return login

    @rule(target=devices, app=APPS, server=SERVERS, fault=_mostly_none(*BAD_CLIENT))
    def ask_by_device(self, app: str, server: str, fault: str) -> Any:
        convinces = self._convinces(app, fault)
        answer = self._post("device/authorize", app, fault, server, scope="openid offline_access")
        assert (answer.status_code == 200) is convinces, answer.text
        if not convinces:
            return multiple()
        found = answer.json or {}
        made = Device(app, server, found["device_code"], found["user_code"], self.world.clock.at)
        self.world.devices.append(made)
        return made

    @rule(device=devices, person=PERSONS, approve=st.sampled_from([True, True, False]))
    def answer_device(self, device: Device, person: str, approve: bool) -> None:
        world, sent = self.world, {"code": device.user_code, "approve": approve, "user": person}
        answer = self.okta.control("POST", "/approvals", sent)
        barred = approve and person in world.shut_out
        assert answer.status_code == (404 if not world.device_waits(device) else 400 if barred else 200), answer.text
        if answer.status_code != 200:
            return
        device.denied = not approve
        if approve:
            scopes = frozenset({"openid", "offline_access"})
            device.login = Login(device.app, device.server, person, scopes, world.clock.at)
            world.logins.append(device.login)

    @rule(target=logins, device=devices, fault=_mostly_none(*BAD_CLIENT, "client", "server"))
    def poll(self, device: Device, fault: str) -> Any:
        """Tokens come after the approval, once, in time, and never after a denial."""
        app, where = _apart(device, fault)
        allowed = fault not in ("client", "server") and self._convinces(app, fault) and self.world.device_works(device)
        answer = self._post("token", app, fault, where, grant_type=DEVICE, device_code=device.code)
        if not _as_allowed(answer, allowed) or device.login is None:
            return multiple()
        device.login.redeemed = True
        self._received(answer, device.login, device.login.scopes)
        return device.login

    def _signed_in(
        self, code: str | None, allowed: bool, person: str, app: str, server: str, scope: str, **members: Any
    ) -> list[Login]:
        """The login that a code stands for, if there must be one."""
        assert (code is not None) is allowed
        now = self.world.clock.at
        made = [Login(app, server, person, frozenset(scope.split()), now, code, **members)] if code else []
        self.world.logins += made
        return made

    # ---- tokens -------------------------------------------------------------------------------------------------

    @rule(
        login=logins,
        fault=_mostly_none(*BAD_CLIENT, "client", "redirect_uri", "verifier", "no verifier", "server"),
    )
    def redeem(self, login: Login, fault: str) -> None:
        if not login.code:
            return
        app, where = _apart(login, fault)
        uri = login.redirect_uri
        if fault == "redirect_uri":
            uri = _other(uri, (CALLBACK, OTHER_CALLBACK))
        honest = VERIFIER if login.pkce else None
        proof = {"verifier": "w" * 43, "no verifier": None}.get(fault, honest)
        right = fault not in ("client", "redirect_uri", "verifier", "no verifier", "server")
        right = right or (fault == "no verifier" and not login.pkce)
        allowed = right and self._convinces(app, fault) and self.world.code_works(login)
        params = {"grant_type": "authorization_code", "code": login.code, "redirect_uri": uri, "code_verifier": proof}
        answer = self._post("token", app, fault, where, **params)
        if _as_allowed(answer, allowed):
            login.redeemed = True
            self._received(answer, login, login.scopes)

    @rule(login=logins, which=WHICH)
    def refresh_honestly(self, login: Login, which: int) -> None:
        self.refresh(login, which, None, "none")

    @rule(login=logins, which=WHICH, scope=NARROWED, fault=_mostly_none(*BAD_CLIENT, "client", "server"))
    def refresh(self, login: Login, which: int, scope: str | None, fault: str) -> None:
        if not login.refreshes:
            return
        token, world = _pick(login.refreshes, which), self.world
        app, where = _apart(login, fault)
        wanted = frozenset(scope.split()) if scope else login.scopes
        right = fault not in ("client", "server") and self._convinces(app, fault)
        presented = right and world.refresh_lives(token)
        reuse = presented and world.is_reuse(token)
        allowed = presented and not reuse and wanted <= login.scopes
        params = {"grant_type": "refresh_token", "refresh_token": token.value, "scope": scope}
        answer = self._post("token", app, fault, where, **params)
        login.reuse_seen |= reuse
        if _as_allowed(answer, allowed):
            assert ((answer.json or {})["refresh_token"] != token.value) == CLIENTS[login.app].rotates
            self._received(answer, login, wanted, token)

    def _received(
        self, answer: TestResponse, login: Login, scopes: frozenset[str], before: Refresh | None = None
    ) -> None:
        body = answer.json or {}
        assert set(body["scope"].split()) == scopes
        assert ("id_token" in body) == ("openid" in scopes)
        assert ("refresh_token" in body) == ("offline_access" in login.scopes)
        assert body["expires_in"] == ACCESS_LIFE[login.server]
        self.world.received(body, login, scopes, before)

    # ---- how an app says who it is ------------------------------------------------------------------------------

    def _replayed(self, app: str, fault: str) -> str:
        """The name (`jti`) of an assertion that the app has used already, where that is what is wrong."""
        return next(iter(self.world.assertions.get(app, ())), "") if fault == "replay" else ""

    def _convinces(self, app: str, fault: str) -> bool:
        """Whether a request of this app with this fault is taken for the app's."""
        return app not in self.world.inactive and fault != "credentials" and not self._replayed(app, fault)

    def _post(self, endpoint: str, app: str, fault: str, server: str, **params: Any) -> TestResponse:
        forged, signed = fault == "credentials", ""
        if CLIENTS[app].method == "private_key_jwt":
            self.signed += 1
            jti, convinces = self._replayed(app, fault) or f"jti-{self.signed}", self._convinces(app, fault)
            signed = self.requests.assertion(app, endpoint, server, jti=jti, forged=forged)
            if convinces:
                self.world.assertions.setdefault(app, []).append(jti)
        return self.requests.post(endpoint, app, server, signed=signed, forged=forged, **params)

    # ---- what resource servers and clients do with tokens -------------------------------------------------------

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
            self._check_access(_pick(login.accesses, which), server)
        if login.refreshes:
            self._check_refresh(_pick(login.refreshes, which), server)

    def _check_access(self, token: Access, server: str) -> None:
        here = server == token.login.server
        assert self._active(token.value, server) is (here and self.world.access_works(token))
        if token.id_token:
            assert self._active(token.id_token, server) is (here and self.world.id_token_works(token))

    def _check_refresh(self, token: Refresh, server: str) -> None:
        works = self.world.refresh_lives(token) and not self.world.is_reuse(token)
        assert self._active(token.value, server) is (works and server == token.login.server)

    def _active(self, token: str, server: str) -> bool:
        return bool((self.okta.introspect(token, server=server).json or {})["active"])  # as `web`, who is always there

    @rule(login=logins, which=WHICH, fault=_mostly_none(*BAD_CLIENT, "client", "server"))
    def revoke_access_token(self, login: Login, which: int, fault: str) -> None:
        if login.accesses:
            token = _pick(login.accesses, which)
            token.revoked |= self._revoke(login, token.value, fault)

    @rule(login=logins, which=WHICH, fault=_mostly_none(*BAD_CLIENT, "client", "server"))
    def revoke_refresh_token(self, login: Login, which: int, fault: str) -> None:
        if login.refreshes:
            login.refresh_revoked |= self._revoke(login, _pick(login.refreshes, which).value, fault)

    def _revoke(self, login: Login, token: str, fault: str) -> bool:
        """Whether it has to be revoked now; to whom it does not belong, revocation says nothing."""
        app, where = _apart(login, fault)
        convinces = self._convinces(app, fault)
        answer = self._post("revoke", app, fault, where, token=token)
        assert answer.status_code == (200 if convinces else 401)
        return convinces and fault not in ("client", "server")

    # ---- what administrators and time do ------------------------------------------------------------------------

    @rule(seconds=SECONDS)
    def time_passes(self, seconds: int) -> None:
        self.world.clock.advance(seconds)

    @precondition(lambda self: self.rotations < 2)  # keys take long to make
    @rule()
    def rotate_keys(self) -> None:
        self.rotations += 1
        self.requests.manage("POST", "/authorizationServers/default/credentials/lifecycle/keyRotate", {"use": "sig"})

    @rule(person=PERSONS, to=st.sampled_from(["active"] * 3 + ["suspended", "deactivated", "deactivated", "made anew"]))
    def change_person(self, person: str, to: str) -> None:
        world, manage, path = self.world, self.requests.manage, f"/users/{self.requests.people[person]}"
        world.clock.advance(1)
        if to == "active" and person in world.shut_out:
            manage("POST", f"{path}/lifecycle/{'activate' if person in self.deactivated else 'unsuspend'}")
            world.shut_out.discard(person)
            self.deactivated.discard(person)
        elif to == "suspended" and person not in world.shut_out:
            manage("POST", f"{path}/lifecycle/suspend")
            world.person_shut_out(person)
        elif to == "deactivated" and person not in self.deactivated:
            manage("POST", f"{path}/lifecycle/deactivate")
            world.person_ended(person)
            self.deactivated.add(person)
        elif to == "made anew":
            for _ in range(1 if person in self.deactivated else 2):
                manage("DELETE", path)
            self.requests.people[person] = self.requests.make_person(person)
            world.person_deleted(person)
            self.deactivated.discard(person)
        world.clock.advance(1)  # what was made at the very moment of an end counts as made before
        if person in world.shut_out:
            self.authenticate(person)
            self.give_the_app_the_password(person, "post-native", "default", "openid", "none")

    @rule(app=APPS, to=st.sampled_from(["active"] * 4 + ["inactive", "made anew"]))
    def change_app(self, app: str, to: str) -> None:
        world, manage = self.world, self.requests.manage
        world.clock.advance(1)
        if to == "active":
            manage("POST", f"/apps/{app}/lifecycle/activate")
            world.inactive.discard(app)
        else:
            manage("POST", f"/apps/{app}/lifecycle/deactivate")
            world.inactive.add(app)
        if to == "made anew":
            manage("DELETE", f"/apps/{app}")
            self.requests.make_app(app)
            world.app_deleted(app)
        world.clock.advance(1)

    # ---- at the end ---------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        """Everything once more, wrong and right: what was used or ended stays so, and the living lives."""
        for person in PEOPLE:
            self.change_person(person, "active")
        for app in CLIENTS:
            self.change_app(app, "active")
        for token in self.world.session_tokens:
            for _ in range(2):
                self.spend_session_token(token, "basic-web", "default", "none")
        for pushed in self.world.pushed:
            for fault in ("client", "none"):
                self.authorize_what_was_pushed(pushed, PEOPLE[0], fault)
        for device in self.world.devices:
            for fault in ("client", "server", "none", "none"):
                self.poll(device, fault)
        for login in self.world.logins:
            wrong = (*BAD_CLIENT, "client", "redirect_uri", "verifier", "no verifier", "server")
            for fault in (*(() if login.redeemed else wrong), "none", "none"):
                self.redeem(login, fault)
            for fault, scope in (("client", None), ("server", None), ("none", "openid phone"), ("none", None)):
                if fault == "none" or self.world.alive(login):
                    self.refresh(login, 0, scope, fault)
            self.revoke_refresh_token(login, 0, "client")
        for login in self.world.logins:
            for access in login.accesses:
                self._check_userinfo(access, login.server)
                self._check_access(access, login.server)
            for refresh in login.refreshes:
                self._check_refresh(refresh, login.server)
        self._check_signatures(token for login in self.world.logins for token in login.accesses)
        self.time_passes(31)  # the leeways are over
        for login in self.world.logins:
            self.refresh(login, 1, None, "none")
            self.userinfo(login, 0, "none")

    def _check_signatures(self, tokens: Iterable[Access]) -> None:
        """Whatever keys were rotated: what is good now can be verified now."""
        for token in tokens:
            server = token.login.server
            if server != "org" and self.world.access_works(token):  # nobody has the org's key for access tokens
                self.okta.verified(token.value, server)
            if self.world.id_token_works(token):
                self.okta.verified(token.id_token, server)


def _apart(known: Login | Pushed | Device, fault: str) -> tuple[str, str]:
    """App and server of a request: those that it belongs to, unless that is what is wrong."""
    app = _other(known.app, CLIENTS) if fault == "client" else known.app
    return app, _other(known.server, ACCESS_LIFE) if fault == "server" else known.server


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
    max_examples=30,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestLifecycle = Lifecycle.TestCase

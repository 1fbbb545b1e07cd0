"""A whole login in which every artefact of the mock is made, for tests of what misbehaviours do to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import TestResponse

from mock_idp.misbehaviour import Misbehaviour
from tests.mock_idp.okta import ORIGIN, WEB, Okta, parameters

IDENTITY = {"sub": "00u1", "email": "grace@users.test", "name": "Grace Hopper"}
VICTIM = {"sub": "00u2", "email": "victim@users.test", "name": "Vic Tim"}
BYE = "https://rp.example/bye"
LAUNCHED = "https://rp.example/launch"
SLO: dict[str, Any] = {
    "participate_slo": True,
    "frontchannel_logout_uri": "https://rp.example/slo",
    "frontchannel_logout_session_required": True,
    "backchannel_logout_uri": "https://rp.example/backchannel",
    "idp_initiated_login_mode": "SPEC",
    "initiate_login_uri": LAUNCHED,
}
"""An app that hears of everything that the mock can tell it."""


@dataclass
class Everything:
    """What one login handed out. Members are empty where an edit kept the login from getting there."""

    attempt: str
    front: dict[str, str]
    authorization: TestResponse
    token: TestResponse | None = None
    refresh: TestResponse | None = None
    userinfo: TestResponse | None = None
    introspection: TestResponse | None = None
    launch: TestResponse | None = None
    signout: TestResponse | None = None
    logout: TestResponse | None = None
    discovery: TestResponse | None = None
    jwks: TestResponse | None = None
    transcript: dict[str, Any] = field(default_factory=dict)

    def body(self, name: str) -> dict[str, Any]:
        answer: TestResponse = getattr(self, name)
        found: dict[str, Any] = answer.json  # type: ignore[assignment]
        return found


def everything(
    okta: Okta, misbehaviour: Misbehaviour | None = None, settings: dict[str, Any] | None = None, **request: Any
) -> Everything:
    """A hybrid login with code exchange, refresh, UserInfo and logout, and the public documents on the way.

    Before it the app's tile is clicked. The person signs out at Okta first, so that the app is told, then at the app.
    `settings`: more of the app's.
    """
    okta.register("web", **WEB | SLO | (settings or {}))
    members: dict[str, Any] = {"identity": IDENTITY, "victim": VICTIM, "beside": "org"}
    lease = None
    if misbehaviour and misbehaviour.issuer_wide:
        lease = members["lease"] = (okta.control("POST", "/leases", {"wait": 0}).json or {})["lease"]
    attempt = okta.attempt(misbehaviour, **members)
    discovery = okta.rp.get(f"{ORIGIN}/oauth2/default/.well-known/openid-configuration")
    jwks = okta.rp.get(okta.url("keys"))
    wanted = {
        "response_type": "code id_token token",
        "scope": "openid profile email offline_access",
        "nonce": "n1",
    } | request
    launch = okta.launch("web", attempt)
    answer = okta.authorize(attempt, **wanted)
    front = dict(parameters(answer)) if answer.status_code in (200, 302) else {}
    seen = Everything(attempt, front, answer, discovery=discovery, jwks=jwks, launch=launch)
    code = next((a["value"] for a in okta.transcript(attempt)["artefacts"] if a["kind"] == "code"), None)
    if code:
        seen.token = okta.redeem(code)
    made = {a["kind"]: a["value"] for a in okta.transcript(attempt)["artefacts"]}
    if "refresh_token" in made:
        seen.refresh = okta.refresh(made["refresh_token"])
    if "access_token" in made:
        seen.userinfo = okta.userinfo(made["access_token"])
        seen.introspection = okta.introspect(made["access_token"])
    seen.signout = okta.browser.get(f"{ORIGIN}/login/signout", headers={"X-Gauntlet-Attempt": attempt})
    another = okta.attempt(identity=IDENTITY, lease=lease)
    honest_hint = okta.tokens(another)["id_token"]
    seen.logout = okta.browser.get(
        okta.url("logout"),
        query_string={"id_token_hint": honest_hint, "post_logout_redirect_uri": BYE, "state": "bye"},
        headers={"X-Gauntlet-Attempt": attempt},
    )
    seen.transcript = okta.transcript(attempt)
    for known in (attempt, another):
        okta.control("POST", f"/attempts/{known}/close")
    if lease:
        okta.control("DELETE", f"/leases/{lease}")
    return seen

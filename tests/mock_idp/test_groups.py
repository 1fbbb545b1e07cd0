"""Groups claims of apps and of custom servers (okta.md 4.5)."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from mock_idp.org.app import GroupsClaim
from mock_idp.org.authorization_server import Claim
from mock_idp.org.model import Group
from mock_idp.protocol.contents.groups import filtered, matched_groups
from tests.mock_idp.conftest import MakeOkta
from tests.mock_idp.okta import Okta, parameters, parts
from tests.mock_idp.test_claims import GRACE, configure, login

MINE = ["Everyone", "eng-web", "eng-api", "ops"]
MEMBER = GRACE | {"groups": MINE}


def use(okta: Okta, claim: GroupsClaim | None) -> None:
    app = okta.idp.app("web")
    assert app is not None
    okta.idp.org.apps.save(dataclasses.replace(app, groups_claim=claim))


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (GroupsClaim(), {"groups": MINE}),
        (GroupsClaim("roles", "GROUPS", "STARTS_WITH", "eng-"), {"roles": ["eng-web", "eng-api"]}),
        (GroupsClaim("groups", "GROUPS", "EQUALS", "ops"), {"groups": ["ops"]}),
        (GroupsClaim("groups", "GROUPS", "CONTAINS", "-a"), {"groups": ["eng-api"]}),
        (GroupsClaim("groups", "GROUPS", "REGEX", "eng"), {}),  # the whole name
        (GroupsClaim("groups", "GROUPS", "REGEX", "("), {}),
        (GroupsClaim("groups", "GROUPS", "REGEX", "(eng|ops)(-.*)?"), {"groups": MINE[1:]}),
        (GroupsClaim("groups", "GROUPS", "EQUALS", "nobody"), {}),
        (GroupsClaim("groups", "EXPRESSION", "", 'Groups.startsWith("OKTA", "ops", 10)'), {"groups": ["ops"]}),
        (None, {}),
    ],
)
def test_org_server(okta: Okta, claim: GroupsClaim | None, expected: dict[str, Any]) -> None:
    use(okta, claim)
    _, access, told = login(okta, server="org", identity=MEMBER, scope="openid groups")

    assert told == {"sub": "00u1", **expected}
    assert not {"groups", "roles"} & set(access)


def test_no_groups_without_the_scope(okta: Okta) -> None:
    assert login(okta, server="org", identity=MEMBER, scope="openid")[2] == {"sub": "00u1"}


@pytest.mark.parametrize(("mode", "there"), [("thin", False), ("fat", True)])
def test_code_flow_of_the_org_server(make_okta: MakeOkta, mode: str, there: bool) -> None:
    okta = make_okta(org_code_flow_id_token=mode)
    claims, _, _ = login(okta, server="org", identity=MEMBER, scope="openid groups")
    assert claims.get("groups") == (MINE if there else None)
    assert list(claims)[-1] == ("groups" if there else "at_hash")


@pytest.mark.parametrize(("response_type", "there"), [("id_token", True), ("id_token token", False)])
def test_front_channel_of_the_org_server(okta: Okta, response_type: str, there: bool) -> None:
    attempt = okta.attempt(identity=MEMBER)
    answer = okta.authorize(attempt, server="org", scope="openid groups", response_type=response_type, nonce="n")
    assert ("groups" in parts(dict(parameters(answer))["id_token"])[1]) is there


def test_custom_server(okta: Okta) -> None:
    configure(
        okta,
        Claim("groups", value_type="GROUPS", group_filter_type="REGEX", value="eng-.*"),
        Claim("hidden", value_type="GROUPS", group_filter_type="REGEX", value=".*", always_include_in_token=False),
        Claim("none", value_type="GROUPS", group_filter_type="EQUALS", value="nobody"),
        Claim("listed", value='getFilteredGroups({"x"}, "group.name", 40)'),
    )
    claims, _, told = login(okta, identity=MEMBER, scope="openid")

    assert claims["groups"] == ["eng-web", "eng-api"]
    assert told == {"sub": "00u1", "groups": ["eng-web", "eng-api"], "hidden": MINE}


def test_only_groups_of_okta_itself() -> None:
    groups = [Group("a", type="APP_GROUP"), Group("b", type="OKTA_GROUP"), Group("c", type="BUILT_IN")]
    assert filtered("REGEX", ".*", groups) == ["b", "c"]


def test_matched_groups(okta: Okta) -> None:
    app, ada, default, org = okta.idp.app("web"), okta.idp.user_by_login("ada@example.com"), "default", "org"
    assert app is not None
    assert ada is not None
    many = dataclasses.replace(ada, groups=tuple(f"g{n}" for n in range(101)))

    def matched(server_id: str, *scopes: str) -> int:
        server = okta.idp.server(server_id)
        assert server is not None
        return len(matched_groups(okta.idp, server, app, many, scopes))

    assert (matched(org, "openid"), matched(org, "openid", "groups")) == (0, 101)
    assert matched(default, "openid", "groups") == 0
    one = Claim("one", value_type="GROUPS", group_filter_type="EQUALS", value="g1", scopes=("profile",))
    configure(okta, one, Claim("most", value_type="GROUPS", group_filter_type="STARTS_WITH", value="g1"))
    assert matched(default, "profile") == 12
    configure(okta, Claim("most", value_type="GROUPS", value="g1", status="INACTIVE"))
    assert (matched(default, "profile"), matched(default, "openid")) == (1, 0)


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|b|ab)*c", "(?:a?){40}", "a?" * 40, ".*" * 5, "(?:(?:){999}){999}", "(", "a" * 1025]
)
def test_expressions_that_could_take_for_ever(okta: Okta, pattern: str) -> None:
    """None is stored, and one that is there already matches nothing."""
    assert filtered("REGEX", pattern, [Group("a" * 60 + "!"), Group("a" * 60)]) == []
    claim = {
        "client_secret": "s",
        "redirect_uris": ["https://rp.example/callback"],
        "groups_claim": {"filter_type": "REGEX", "value": pattern},
    }
    answer = okta.control("PUT", "/clients/web", claim)
    assert (answer.status_code, "groups_claim.value: " in (answer.json or {})["error"]) == (400, True)
    authorization = {"Authorization": f"SSWS {okta.idp.api_token}"}
    groups = {"name": "g", "claimType": "IDENTITY", "valueType": "GROUPS", "group_filter_type": "REGEX"}
    sent = groups | {"value": pattern, "alwaysIncludeInToken": True, "status": "ACTIVE"}
    answer = okta.rp.post("/api/v1/authorizationServers/default/claims", json=sent, headers=authorization)
    assert (answer.status_code, (answer.json or {})["errorCode"]) == (400, "E0000001")

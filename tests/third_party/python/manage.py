"""Sets up an org with the okta SDK, as an administrator's script would.

Standard input: {org, api_token, call, arguments}; `call` is a function of this module that takes the client and the
arguments. Standard output: what it returns. Whatever the org refuses ends the script.
"""

import asyncio
import json
import sys
from typing import Any

from okta.client import Client
from okta.models import (
    AddGroupRequest,
    AppUserAssignRequest,
    AuthorizationServer,
    AuthorizationServerPolicy,
    AuthorizationServerPolicyRuleRequest,
    CreateUserRequest,
    OAuth2Scope,
    OpenIdConnectApplication,
)


async def create(client: Client, arguments: dict[str, Any]) -> dict[str, Any]:
    """An app, a group, a person in it, and an authorization server whose policy lets this app and this group in."""
    app = said(await client.create_application(_app(arguments), activate=True))
    group = said(await client.add_group(AddGroupRequest.from_dict({"profile": {"name": "Crew", "description": "SDK"}})))
    user = said(await client.create_user(_person(arguments), activate=True))
    said(await client.assign_user_to_group(group.id, user.id))
    server = said(await client.create_authorization_server(_server()))
    scope = said(await client.create_o_auth2_scope(server.id, OAuth2Scope.from_dict({"name": "orders:read"})))
    policy = said(await client.create_authorization_server_policy(server.id, _policy(app.id)))
    rule = said(await client.create_authorization_server_policy_rule(server.id, policy.id, _rule(group.id, scope.name)))
    credentials = app.credentials.oauth_client
    return {
        "app": app.id,
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "group": group.id,
        "user": user.id,
        "user_status": _text(user.status),
        "server": server.id,
        "issuer": server.issuer,
        "policy": policy.id,
        "rule": rule.id,
        "rule_scopes": rule.conditions.scopes.include,
    }


async def assign(client: Client, arguments: dict[str, Any]) -> dict[str, Any]:
    """The person to the app."""
    given = AppUserAssignRequest.from_dict({"id": arguments["user"], "scope": "USER"})
    assigned = said(await client.assign_user_to_application(arguments["app"], given))
    return {"id": assigned.id, "status": _text(assigned.status)}


async def read(client: Client, arguments: dict[str, Any]) -> dict[str, Any]:
    """What the org says of everything that `create` made, one by one and in its lists, and of what is not there."""
    members = said(await client.list_group_users(arguments["group"]))
    *_, refusal = await client.get_application(arguments["missing"])
    return {
        "app": said(await client.get_application(arguments["app"])).label,
        "missing": str(refusal),
        "apps": [app.id for app in said(await client.list_applications())],
        "user": said(await client.get_user(arguments["user"])).profile.login,
        "users": [user.id for user in said(await client.list_users())],
        "members": [user.id for user in members],
        "scopes": [scope.name for scope in said(await client.list_o_auth2_scopes(arguments["server"]))],
        "policies": [
            policy.name for policy in said(await client.list_authorization_server_policies(arguments["server"]))
        ],
    }


# ---- what the calls send --------------------------------------------------------------------------------------


def _app(arguments: dict[str, Any]) -> OpenIdConnectApplication:
    return OpenIdConnectApplication.from_dict(
        {
            "name": "oidc_client",
            "label": "Made by the SDK",
            "signOnMode": "OPENID_CONNECT",
            "credentials": {"oauthClient": {"token_endpoint_auth_method": "client_secret_basic"}},
            "settings": {
                "oauthClient": {
                    "application_type": "web",
                    "redirect_uris": arguments["redirect_uris"],
                    "response_types": ["code"],
                    "grant_types": ["authorization_code"],
                }
            },
        }
    )


def _person(arguments: dict[str, Any]) -> CreateUserRequest:
    login = arguments["login"]
    return CreateUserRequest.from_dict(
        {
            "profile": {"login": login, "email": login, "firstName": "Grace", "lastName": "Hopper"},
            "credentials": {"password": {"value": arguments["password"]}},
        }
    )


def _server() -> AuthorizationServer:
    return AuthorizationServer.from_dict(
        {"name": "Orders", "description": "Orders' API", "audiences": ["api://orders"]}
    )


def _policy(app: str) -> AuthorizationServerPolicy:
    return AuthorizationServerPolicy.from_dict(
        {
            "type": "OAUTH_AUTHORIZATION_POLICY",
            "name": "Orders policy",
            "description": "Who may order",
            "priority": 1,
            "status": "ACTIVE",
            "conditions": {"clients": {"include": [app]}},
        }
    )


def _rule(group: str, scope: str) -> AuthorizationServerPolicyRuleRequest:
    return AuthorizationServerPolicyRuleRequest.from_dict(
        {
            "type": "RESOURCE_ACCESS",
            "name": "The crew",
            "priority": 1,
            "status": "ACTIVE",
            "conditions": {
                "people": {"groups": {"include": [group]}},
                "grantTypes": {"include": ["authorization_code"]},
                "scopes": {"include": ["openid", "profile", "email", scope]},
            },
            "actions": {"token": {"accessTokenLifetimeMinutes": 30, "refreshTokenLifetimeMinutes": 0}},
        }
    )


def said(answer: tuple[Any, ...]) -> Any:
    """The entity of the SDK's (entity, response, error); the last is how it says that something failed."""
    if answer[-1] is not None:
        raise SystemExit(f"the SDK was refused: {answer[-1]}")
    return answer[0]


def _text(value: Any) -> str:
    return str(getattr(value, "value", value))


async def main() -> None:
    given = json.load(sys.stdin)
    settings = {"orgUrl": given["org"], "token": given["api_token"], "requestTimeout": 20}
    async with Client(settings) as client:
        call = globals()[given["call"]]
        print(json.dumps(await call(client, given["arguments"])))


asyncio.run(main())

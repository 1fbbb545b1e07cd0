"""Paths of Okta's Management API that the mock does not have: it answers in Okta's shape and says so.

okta.md 6 names what a relying party may touch; the rest of the API is here by name only.
"""

from __future__ import annotations

from flask import request

from mock_idp.management.frame import PREFIX, authenticate
from mock_idp.org.problems import ApiError, no_such_path, unsupported


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ANY = _names("*")
_RESOURCES = _names(
    "agentPools api-tokens authenticators behaviors brands captchas device-assurances device-integrations devices "
    "device-posture-checks directories domains email-domains email-servers eventHooks features "
    "first-party-app-settings groupRules hook-keys iam identity-sources idps inlineHooks logs logStreams mappings meta "
    "org orgs principal-rate-limits privileged-resources push-providers rate-limit-settings realm-assignments "
    "realms resource-selectors risk roles security security-events-providers ssf templates threats trustedOrigins "
    "user-tags webauthn-registration workflows zones"
)
_KNOWN: dict[str, frozenset[str]] = {
    **dict.fromkeys(_RESOURCES, _ANY),
    "apps": _names(
        "connections credentials cwo features federated-claims grants group-push groups interclient-allowed-apps "
        "interclient-target-apps lifecycle logo policies sso tokens users oauth2 express-configure"
    ),
    "authorizationServers": _names(
        "associatedServers claims clients credentials lifecycle policies resourceservercredentials scopes"
    ),
    "groups": _names("apps lifecycle owners roles rules source users"),
    "policies": _names("app clone lifecycle mappings resourceType resourcetype rules simulate"),
    "sessions": frozenset({"lifecycle"}),
    "authn": _ANY,
    "users": _names(
        "appLinks apps authenticator-enrollments blocks classification clients credentials devices factors grants "
        "groups idps lifecycle linkedObjects oauth risk roles sessions subscriptions"
    ),
    "internal": _ANY,
}
"""The first part of known paths, and what may follow the id there."""


def refusal() -> ApiError:
    """For a path under /api/v1 that has no route: E0000060 when Okta has it, E0000008 when nobody has.

    A caller without a token gets E0000011 where Okta has the path.
    """
    parts = request.path.removeprefix(PREFIX).strip("/").split("/")
    known = _KNOWN.get(parts[0])
    if known is None or not (known is _ANY or len(parts) < 3 or parts[2] in known):
        return no_such_path()
    try:
        authenticate()
    except ApiError as error:
        return error
    return unsupported(f"The mock does not have {request.method} {request.path}; at Okta this endpoint exists.")

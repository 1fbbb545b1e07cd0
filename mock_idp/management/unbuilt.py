"""Paths of Okta's Management API that the mock does not have: it answers in Okta's shape and says so.

okta.md 6 names what a relying party may touch; the rest of the API is here by name only.
"""

from __future__ import annotations

import re
from typing import NoReturn

from flask import request

from mock_idp.management.frame import PREFIX, authenticate, resource
from mock_idp.org.problems import ApiError, no_such_path, unsupported


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ANY = _names("*")
_RESOURCES = _names(
    "agentPools api-tokens authenticators behaviors bot-protection brands captchas device-assurances "
    "device-integrations devices device-posture-checks directories domains dr email-domains email-servers "
    "eventHooks features first-party-app-settings hook-keys iam identity-sources idps inlineHooks logs "
    "logStreams mappings meta org orgs principal-rate-limits privileged-resources push-providers "
    "rate-limit-settings realm-assignments realms resource-selectors risk roles security "
    "security-events-providers ssf telephony-providers templates threats trustedOrigins "
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
"""The first part of known paths under /api/v1, and what may follow the id there."""
_ELSEWHERE = re.compile(
    r"/api/v1/apps/[^/]+/[^/]+/oauth2/callback"
    r"|/oauth2/v1/clients/[^/]+/roles(/.+)?"
    r"|/attack-protection/api/v1/(authenticator|user-lockout)-settings"
    r"|/integrations/api/v1/api-services(/.+)?"
    r"|/okta-personal-settings/api/v1/(edit-feature|export-blocklists)"
    r"|/privileged-access/api/v1/(okta-)?service-accounts(/.+)?"
    r"|/security/api/v1/security-events"
    r"|/webauthn-registration/api/v1/(activate|enroll|initiate-fulfillment-request|send-pin|users/.+)"
)
_PUBLIC = re.compile(
    r"/\.well-known/(app-authenticator-configuration|apple-app-site-association|assetlinks\.json|okta-organization"
    r"|ssf-configuration|webauthn)"
)
"""What Okta tells everybody."""
blueprint = resource("unbuilt")


@blueprint.route("/groups/rules", methods=["GET", "POST"])
@blueprint.route("/groups/rules/<path:_rest>", methods=["GET", "PUT", "POST", "DELETE"])
@blueprint.patch("/apps/<_app_id>/groups/<_group_id>")
def hidden(**_parts: str) -> NoReturn:
    """Paths that other routes would take for their own."""
    raise _not_here()


def _exists(path: str) -> bool:
    """Whether Okta has this path, which has no route here."""
    if _ELSEWHERE.fullmatch(path):
        return True
    parts = path.removeprefix(PREFIX).strip("/").split("/")
    known = _KNOWN.get(parts[0]) if path.startswith(f"{PREFIX}/") else None
    return known is not None and (known is _ANY or len(parts) < 3 or parts[2] in known)


def _not_here() -> ApiError:
    return unsupported(f"The mock does not have {request.method} {request.path}; at Okta this endpoint exists.")


def refusal() -> ApiError:
    """For a path that has no route: E0000060 when Okta has it, E0000008 when nobody has.

    A caller without a token gets E0000011 where Okta has the path and wants one.
    """
    if _PUBLIC.fullmatch(request.path):
        return _not_here()
    if not _exists(request.path):
        return no_such_path()
    if request.path.startswith(f"{PREFIX}/authn/"):
        return _not_here()  # whoever signs in there has no API token
    try:
        authenticate()
    except ApiError as error:
        return error
    return _not_here()

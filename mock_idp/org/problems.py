"""What the Management API refuses, in Okta's words (okta.md 6.1 and Okta's catalogue of error codes).

Operations on the org raise `ApiError`; whoever offers them (Management API, console) shows it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any


class ApiError(Exception):
    """A refusal: HTTP status, Okta's code and summary, and the causes (one sentence each)."""

    def __init__(self, status: int, code: str, summary: str, causes: Iterable[str] = ()) -> None:
        super().__init__(summary)
        self.status, self.code, self.summary, self.causes = status, code, summary, tuple(causes)

    def body(self) -> dict[str, Any]:
        """`{errorCode, errorSummary, errorLink, errorId, errorCauses: [{errorSummary}]}`"""
        return {
            "errorCode": self.code,
            "errorSummary": self.summary,
            "errorLink": self.code,
            "errorId": "oae" + secrets.token_urlsafe(24)[:22],
            "errorCauses": [{"errorSummary": cause} for cause in self.causes],
        }


def invalid(what: str, *causes: str) -> ApiError:
    """E0000001: `what` is the member or kind that Okta names, a cause `name: The field cannot be left blank`."""
    return ApiError(400, "E0000001", f"Api validation failed: {what}", causes)


def blank(member: str) -> ApiError:
    """E0000001 for a member that must be there."""
    return invalid(member, f"{member}: The field cannot be left blank")


def malformed() -> ApiError:
    """E0000003: no JSON, or a member of another type."""
    return ApiError(400, "E0000003", "The request body was not well-formed.")


def authentication_failed() -> ApiError:
    return ApiError(401, "E0000004", "Authentication failed")


def invalid_session() -> ApiError:
    return ApiError(403, "E0000005", "Invalid session")


def forbidden(*causes: str) -> ApiError:
    return ApiError(403, "E0000006", "You do not have permission to perform the requested action", causes)


def not_found(id_: str, kind: str) -> ApiError:
    """E0000007; `kind` is Okta's: User, UserGroup, AppInstance, AuthorizationServer, Policy, PolicyRule …"""
    return ApiError(404, "E0000007", f"Not found: Resource not found: {id_} ({kind})")


def no_such_path() -> ApiError:
    return ApiError(404, "E0000008", "The requested path was not found")


def invalid_token() -> ApiError:
    return ApiError(401, "E0000011", "Invalid token provided")


def already_active() -> ApiError:
    return ApiError(403, "E0000016", "Activation failed because the user is already active")


def invalid_paging() -> ApiError:
    return ApiError(400, "E0000029", "Invalid paging request.")


def invalid_search(*causes: str) -> ApiError:
    return ApiError(400, "E0000031", "Invalid search criteria.", causes)


def wrong_status() -> ApiError:
    return ApiError(403, "E0000038", "This operation is not allowed in the user's current status.")


def duplicate_group() -> ApiError:
    return ApiError(409, "E0000055", "Duplicate group.")


def app_still_active() -> ApiError:
    return ApiError(403, "E0000056", "Delete application forbidden.")


def unsupported(*causes: str) -> ApiError:
    """E0000060: Okta has it, the mock has not; the cause says so."""
    return ApiError(501, "E0000060", "Unsupported operation.", causes)


def already_assigned() -> ApiError:
    return ApiError(409, "E0000062", "The specified user is already assigned to the application.")


def immutable(attribute: str) -> ApiError:
    return ApiError(403, "E0000078", f"Cannot modify the {attribute} attribute because it is immutable.")


def weak_password() -> ApiError:
    return ApiError(
        403,
        "E0000080",
        "The password does not meet the complexity requirements of the current password policy.",
    )


def read_only(kind: str) -> ApiError:
    return ApiError(403, "E0000111", f"Cannot modify the {kind} object because it is read-only.")


def inactive_user() -> ApiError:
    return ApiError(403, "E0000117", "Cannot assign apps or update app profiles for an inactive user.")

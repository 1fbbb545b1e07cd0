"""A person for tests of the Management API."""

from __future__ import annotations

from typing import Any

from tests.management.api import entries

PROFILE = {
    "firstName": "Isaac",
    "lastName": "Brock",
    "email": "isaac@example.com",
    "login": "isaac@example.com",
}
PASSWORD = {"credentials": {"password": {"value": "Tr1cky-one"}}}
TAKEN = "login: An object with this field already exists in the current organization"
WRONG_STATUS: tuple[int, str, str, list[str]] = (
    403,
    "E0000038",
    "This operation is not allowed in the user's current status.",
    [],
)
NOW = "2027-01-15T08:00:00.000Z"


def ids(answer: Any) -> list[str]:
    return [entry["id"] for entry in entries(answer)]

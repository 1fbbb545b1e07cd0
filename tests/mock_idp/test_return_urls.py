"""`set_return_url`: an application's data in a parameter, in the forms that relying parties use."""

from __future__ import annotations

import base64
import json

import pytest

from mock_idp.edits.app_data import with_return_url

URL = "https://elsewhere.example/x"


def b64(document: object, padded: bool = False) -> str:
    text = base64.urlsafe_b64encode(json.dumps(document, separators=(",", ":")).encode()).decode()
    return text if padded else text.rstrip("=")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("dGhpcyBpcyByYW5kb20", f"dGhpcyBpcyByYW5kb20:{URL}"),
        ("r4nd0m:/profile?tab=1", f"r4nd0m:{URL}"),
        ("r4nd0m|https://rp.example/p", f"r4nd0m|{URL}"),
        ("csrf=r4nd0m&next=%2Fprofile", "csrf=r4nd0m&next=https%3A%2F%2Felsewhere.example%2Fx"),
        ('{"csrf":"r4nd0m","next":"/p"}', json.dumps({"csrf": "r4nd0m", "next": URL}, separators=(",", ":"))),
        (b64({"csrf": "r4nd0m", "next": "/"}), b64({"csrf": "r4nd0m", "next": URL})),
        (b64({"n": 1, "to": "http://rp"}, padded=True), b64({"n": 1, "to": URL}, padded=True)),
        (b64({"csrf": "r4nd0m"}), f"{b64({'csrf': 'r4nd0m'})}:{URL}"),
        ("[1]", f"[1]:{URL}"),
        ("", f":{URL}"),
    ],
)
def test_url_of_the_data_is_replaced_and_nothing_else(value: str, expected: str) -> None:
    assert with_return_url(value, URL) == expected

"""Takes the recorded changes of an artefact back, for tests that compare it with an honest one."""

from __future__ import annotations

import json
from typing import Any

from mock_idp.misbehaviour import Misbehaviour
from tests.mock_idp.logins import Everything

FRESH = ("jti", "at_hash", "c_hash", "sid")
"""Claims that no two ID Tokens share."""


def without(document: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in names}


def undone(document: Any, deliveries: list[dict[str, Any]]) -> dict[str, Any]:
    """The document with its recorded changes taken back, last first."""
    document = json.loads(json.dumps(document))
    for delivery in reversed(deliveries):
        holder = document
        for step in delivery["path"][:-1]:
            holder = holder[step] if isinstance(holder, list) else holder[str(step)]
        name = delivery["path"][-1]
        if "before" in delivery and "after" not in delivery and isinstance(holder, list):
            holder.insert(name, delivery["before"])
        elif "before" in delivery:
            holder[name if isinstance(holder, list) else str(name)] = delivery["before"]
        else:
            del holder[str(name)]
    return dict(pruned(document))


def pruned(value: Any) -> Any:
    """Without the empty objects that an edit of a deep path made on its way."""
    if not isinstance(value, dict):
        return value
    members = {name: pruned(member) for name, member in value.items()}
    return {name: member for name, member in members.items() if member != {}}


def records(seen: Everything, seam: str, channel: str | None) -> list[dict[str, Any]]:
    """What is recorded of edits of members."""
    return [record for record in all_records(seen, seam, channel) if record["path"]]


def all_records(seen: Everything, seam: str, channel: str | None) -> list[dict[str, Any]]:
    return [d for d in seen.transcript["deliveries"] if d["seam"] == seam and d["channel"] == channel]


def duplicates(misbehaviour: Misbehaviour) -> bool:
    return any(edit.op.startswith("duplicate") for edit in misbehaviour)


def id_tokens(honest: Everything, seen: Everything) -> list[tuple[str, str, str]]:
    """`(channel, honest ID Token, edited ID Token)` of a whole login."""
    return [
        ("front", honest.front["id_token"], seen.front["id_token"]),
        ("token", honest.body("token")["id_token"], seen.body("token")["id_token"]),
        ("refresh", honest.body("refresh")["id_token"], seen.body("refresh")["id_token"]),
    ]

"""What access policies say of things that are there no more."""

from __future__ import annotations

import dataclasses
from typing import TypeVar

from mock_idp.org.live import LiveOrg

Entry = TypeVar("Entry")


def forget(org: LiveOrg, gone: str) -> None:
    """Policies and rules do not name this app, group or person any more; callers hold the org's lock.

    Who named nobody else means nobody then, not everybody.
    """
    for server in org.servers.all():
        made = []
        for policy in server.policies or ():
            rules = tuple(
                dataclasses.replace(
                    rule,
                    users=_without(rule.users, gone),
                    users_excluded=_without(rule.users_excluded, gone),
                    groups=_without(rule.groups, gone),
                    groups_excluded=_without(rule.groups_excluded, gone),
                )
                for rule in policy.rules
            )
            made.append(dataclasses.replace(policy, clients=_without(policy.clients, gone), rules=rules))
        if server.policies is not None and tuple(made) != server.policies:
            org.servers.save(dataclasses.replace(server, policies=tuple(made)))


def _without(entries: tuple[Entry, ...], gone: Entry) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if entry != gone)

"""All rules over one set of facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mock_idp.doctor import (
    assignment,
    client_authentication,
    cors,
    errors,
    grants,
    guide,
    issuer,
    pkce,
    policy,
    progress,
    redirect_uris,
    refresh_tokens,
    scopes,
    sign_out,
    tile,
)
from mock_idp.doctor.facts import Facts
from mock_idp.doctor.findings import SEVERITIES, Finding

TOPICS: tuple[Callable[[Facts], Iterable[Finding]], ...] = (
    issuer.rules,
    client_authentication.rules,
    redirect_uris.rules,
    grants.rules,
    pkce.rules,
    scopes.rules,
    policy.rules,
    assignment.rules,
    tile.rules,
    cors.rules,
    refresh_tokens.rules,
    sign_out.rules,
)


def examine(facts: Facts) -> list[Finding]:
    """What is wrong, the worst first; inside a severity in the order of the topics."""
    found = [one for topic in TOPICS for one in topic(facts)]
    found = errors.explained(facts, found)
    found += list(progress.rules(facts, found))
    found = guide.apply(facts, _once(found))
    steps = {one.step for one in found}
    found += [one for one in guide.unneeded(facts) if one.step not in steps]
    return sorted(_once(found), key=lambda one: SEVERITIES.index(one.severity))


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """One of each kind and place: a login that is tried twice fails twice."""
    return list({(one.id, one.where, one.message): one for one in findings}.values())

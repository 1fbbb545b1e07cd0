"""Fifty logins at once at one relying party, half of them attacked: none touches another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from mock_idp.misbehaviour import Misbehaviour
from mock_idp.vocabulary import (
    authorization_response,
    claim,
    client_id,
    compact,
    header,
    now,
    org_issuer,
    other_client,
    published_key,
    random,
    replayed_id_token,
    rogue_key,
    signing,
    token_response,
    userinfo,
    victim,
)
from tests.third_party.relying_party import Canary, Login, RelyingParty, relying_party

# One relying party for the module, also with several workers.
pytestmark = [pytest.mark.third_party, pytest.mark.xdist_group("third-party-isolation")]

ATTACKS: tuple[Misbehaviour, ...] = (
    claim("iss").set("https://attacker.example"),
    claim("iss").set(org_issuer()),
    claim("aud").set(other_client()),
    claim("aud").set([client_id(), "https://untrusted.example"]),
    claim("aud").remove(),
    claim("exp").set(now(days=-1)),
    claim("iat").set(now(days=1)),
    claim("nonce").set(random()),
    claim("nonce").remove(),
    claim("sub").remove(),
    claim("azp").set(other_client()),
    claim("at_hash").set(random()),
    header("kid").set("no-such-key"),
    header("crit").set(["urn:example:unknown"]) & header("urn:example:unknown").set(True),
    signing("alg").set("none"),
    signing("key").set(rogue_key()),
    signing("alg").set("ES256") & signing("key").set(published_key("ES256")),
    compact("signature").corrupt(),
    compact("payload", "sub").set(victim("sub")),
    compact().set(replayed_id_token()),
    token_response("id_token").remove(),
    token_response("token_type").set("mac"),
    authorization_response("state").set(random()),
    userinfo("sub").set(victim("sub")) & userinfo("email").set(victim("email")),
    userinfo("sub").remove(),
)
LOGINS = 2 * len(ATTACKS)
AT_ONCE = 8
HANDED_OUT = {"code", "access_token", "id_token"}


@pytest.fixture(scope="module")
def rp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelyingParty]:
    with relying_party("mod_auth_openidc", tmp_path_factory.mktemp("isolation")) as started:
        yield started


def everywhere(step: str, logins: list[Login], threads: ThreadPoolExecutor) -> None:
    """One step of all these logins, several at a time, begun in their order; returns when all are there."""
    if step == "start":
        pages = list(threads.map(lambda login: login.profile.start_login(), logins))
        assert all("authorization response is held" in page.body for page in pages)
    else:
        responses = [login.held() for login in logins]
        list(threads.map(lambda pair: pair[0].profile.deliver(pair[1]), zip(logins, responses, strict=True)))


def test_fifty_logins_stay_apart(rp: RelyingParty) -> None:
    order = Random(2)
    everyone = [Canary.fresh() for _ in range(LOGINS)]
    plan = [*ATTACKS, *[Misbehaviour()] * len(ATTACKS)]
    order.shuffle(plan)
    logins = [
        # The victim is a neighbour, who signs in at the same time: a mix-up would show either way.
        rp.login(misbehaviour, hold=True, canary=everyone[at], victim=everyone[at - 1])
        for at, misbehaviour in enumerate(plan)
    ]
    released = list(zip(logins, plan, strict=True))
    order.shuffle(released)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        everywhere("start", logins, threads)
        everywhere("release", [login for login, _ in released], threads)

    owners: Counter[str] = Counter()
    for login, misbehaviour in released:
        about = str(misbehaviour)
        signed_in = login.signed_in_as(*everyone)
        transcript = login.transcript()
        delivered = [(d["seam"], tuple(d["path"]), d["op"]) for d in transcript["deliveries"]]
        assert Counter(delivered) == Counter((e.seam, e.path, e.op) for e in misbehaviour), about
        if misbehaviour:
            assert signed_in in (login.canary.sub, "nobody"), about
        else:
            assert signed_in == login.canary.sub
            assert {item["kind"] for item in transcript["artefacts"]} == HANDED_OUT
            assert {"authorize", "token", "userinfo"} <= {e["endpoint"] for e in transcript["exchanges"]}
        owners.update({item["value"] for item in transcript["artefacts"]})
    assert sum(owners.values()) >= 2 * LOGINS
    assert [value for value, transcripts in owners.items() if transcripts > 1] == []

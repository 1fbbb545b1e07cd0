"""Weaknesses of aggregated and distributed claims."""

from __future__ import annotations

from typing import Any

from targets.broken.registry import weakness
from targets.reference.foundation import Claims
from targets.reference.relying_party import RelyingParty
from targets.reference.strict import decode_base64url


def sources(userinfo: Claims) -> list[dict[str, Any]]:
    return list(userinfo.get("_claim_sources", {}).values())


@weakness("expects-endpoint-of-claim-sources")
class ExpectsEndpointOfClaimSources(RelyingParty):
    """Every claim source is taken for a distributed one."""

    def merge_userinfo(self, claims: Claims, userinfo: Claims) -> Claims:
        endpoints = [source["endpoint"] for source in sources(userinfo)]
        return {**super().merge_userinfo(claims, userinfo), "endpoints": endpoints}


@weakness("expects-jwt-of-claim-sources")
class ExpectsJwtOfClaimSources(RelyingParty):
    """Every claim source is taken for an aggregated one."""

    def merge_userinfo(self, claims: Claims, userinfo: Claims) -> Claims:
        tokens = [source["JWT"] for source in sources(userinfo)]
        return {**super().merge_userinfo(claims, userinfo), "tokens": tokens}


@weakness("believes-aggregated-claims")
class BelievesAggregatedClaims(RelyingParty):
    """The JWT of a claim source is decoded without a look at who signed it, and laid over all the rest."""

    def merge_userinfo(self, claims: Claims, userinfo: Claims) -> Claims:
        merged = super().merge_userinfo(claims, userinfo)
        for token in [source["JWT"] for source in sources(userinfo) if "JWT" in source]:
            merged |= self.parse_json(decode_base64url(token.split(".")[1]))
        return merged


@weakness("fetches-distributed-claims")
class FetchesDistributedClaims(RelyingParty):
    """The endpoint of a claim source is asked, wherever it is."""

    def merge_userinfo(self, claims: Claims, userinfo: Claims) -> Claims:
        for source in sources(userinfo):
            if "endpoint" in source:
                self.fetch("Claims", source["endpoint"])
        return super().merge_userinfo(claims, userinfo)

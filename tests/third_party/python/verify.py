"""Hands tokens to okta-jwt-verifier.

Standard input: {issuer, audience, client_id, tokens: [{name, kind, token, nonce}]}, kind being access_token or
id_token. Standard output: {name: "accepted" or why not}.
"""

import asyncio
import json
import sys
from typing import Any

from okta_jwt_verifier import AccessTokenVerifier, IDTokenVerifier
from okta_jwt_verifier.exceptions import JWTValidationException


async def main() -> None:
    given = json.load(sys.stdin)
    access_tokens = AccessTokenVerifier(issuer=given["issuer"], audience=given["audience"])
    id_tokens = IDTokenVerifier(issuer=given["issuer"], client_id=given["client_id"], audience=given["client_id"])
    verdicts: dict[str, str] = {}
    for entry in given["tokens"]:
        try:
            await verify(entry, access_tokens, id_tokens)
            verdicts[entry["name"]] = "accepted"
        except JWTValidationException as refusal:
            verdicts[entry["name"]] = str(refusal)
    print(json.dumps(verdicts))


async def verify(entry: dict[str, Any], access_tokens: AccessTokenVerifier, id_tokens: IDTokenVerifier) -> None:
    if entry["kind"] == "access_token":
        await access_tokens.verify(entry["token"])
    else:
        await id_tokens.verify(entry["token"], nonce=entry["nonce"])


asyncio.run(main())

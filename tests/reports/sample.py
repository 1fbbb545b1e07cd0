"""A results document with something of everything, made anew at each call so that tests may bend it."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

SPEC = "https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation"


def case(case_id: str, verdict: str = "PASS", **members: Any) -> dict[str, Any]:
    """One valid case; `members` replace what it says by default."""
    return {
        "id": case_id,
        "title": "An ID Token issued to another client starts no session.",
        "verdict": verdict,
        "caused_by": None,
        "waived": None,
        "level": "MUST",
        "severity": "critical",
        "spec": {
            "name": "OIDC Core",
            "section": "3.1.3.7",
            "item": 3,
            "url": SPEC,
            "text": "The Client MUST validate that the aud (audience) Claim contains its client_id value.",
        },
        "cwe": 287,
        "asvs": "10.5.4",
        "cve": [],
        "covers": ["idt-aud-other-client"],
        "profiles": ["core", "security"],
        "changed": [
            {
                "seam": "id_token.claims",
                "path": ["aud"],
                "before": "0oa1client",
                "after": "0oa9someone-else",
                "edit": 'claim("aud").set(other_client())',
            }
        ],
        "expected": "no session",
        "observed": "no session (401 /callback)",
        "reason": "" if verdict in ("PASS", "FAIL") else "the target has no such feature",
        "identity": {"sub": None, "email": None, "name": None, "result": "nobody"},
        "evidence": {"attempts": [attempt("attack"), attempt("control")], "target_output": "", "files": []},
        "replay": f"gauntlet check reference --case '{case_id}'",
        "duration_s": 0.08,
    } | members


def attempt(role: str) -> dict[str, Any]:
    """One login with two exchanges and a delivery."""
    return {
        "id": f"at-{role}-3f2a",
        "role": role,
        "page": {
            "url": "http://127.0.0.1:5001/callback",
            "status": 401,
            "title": "Sign-in failed",
            "text": "bad aud",
        },
        "probe": {"url": "http://127.0.0.1:5001/me", "status": 200, "title": "", "text": '{"user": null}'},
        "exchanges": [
            {
                "at": "2026-11-21T00:19:02.120Z",
                "endpoint": "authorize",
                "method": "GET",
                "url": "http://127.0.0.1:8090/oauth2/default/v1/authorize",
                "status": 302,
                "request": {
                    "headers": {"host": "127.0.0.1:8090"},
                    "query": {"client_id": "0oa1client", "scope": ["openid", "email"]},
                    "form": {},
                },
                "response": {
                    "headers": [["location", "http://127.0.0.1:5001/callback?code=c0de&state=af0"]],
                    "body": "",
                },
            },
            {
                "at": 0.081,
                "endpoint": "token",
                "method": "POST",
                "url": "http://127.0.0.1:8090/oauth2/default/v1/token",
                "status": 200,
                "request": {
                    "headers": {},
                    "query": {},
                    "form": {"grant_type": "authorization_code", "code": "c0de"},
                },
                "response": {
                    "headers": {"content-type": "application/json"},
                    "body": '{"token_type":"Bearer","id_token":"eyJhbGciOiJSUzI1NiJ9.e30.(cut)"}',
                },
            },
        ],
        "deliveries": [{"seam": "id_token.claims", "path": ["aud"], "endpoint": "token", "times": 1}],
    }


def sample() -> dict[str, Any]:
    """A valid run with every verdict, a root finding with a follower, and a waiver of each status."""
    stolen = {
        "sub": "00u-canary-3f",
        "email": "canary-3f@example.test",
        "name": "Canary 3f",
        "result": "victim",
    }
    waived = {"reason": "fixed in 2.4, roll-out is under way", "owner": "team-sso", "expires": "2027-01-31"}
    session = "session for canary-3f (302 /home)"
    cases = [
        case("id-token.audience.rejects-token-for-another-client"),
        case(
            "id-token.signature.rejects-token-of-a-rogue-key",
            "FAIL",
            title="An ID Token signed by a key that the issuer never published starts no session.",
            observed=session,
            identity=stolen,
            changed=[
                {
                    "seam": "id_token.signing",
                    "path": ["key"],
                    "before": "a1b2",
                    "after": "f00d",
                    "edit": "signing.key(rogue_key())",
                },
                {
                    "seam": "id_token.header",
                    "path": ["jwk"],
                    "after": {"kty": "RSA", "e": "AQAB"},
                    "edit": 'header("jwk").set(rogue_jwk())',
                },
            ],
            evidence={
                "attempts": [attempt("attack"), attempt("control"), attempt("repeat")],
                "target_output": "INFO callback: signed in canary-3f\n" * 4,
                "files": ["evidence/at-attack-3f2a.png"],
            },
        ),
        case(
            "id-token.signature.rejects-unsigned-token",
            "FAIL",
            title="An ID Token with alg none starts no session.",
            caused_by="id-token.signature.rejects-token-of-a-rogue-key",
            observed=session,
            identity=stolen,
        ),
        case("id-token.signature.rejects-hmac-with-the-public-key", cve=["CVE-2016-10555"], cwe=347),
        case(
            "id-token.time.rejects-expired-token",
            "FAIL",
            title="An ID Token that expired an hour ago starts no session.",
            severity="medium",
            waived=waived,
            observed=session,
        ),
        case(
            "nonce.rejects-token-without-nonce",
            "FAIL",
            title="An ID Token without the nonce that was sent starts no session.",
            severity="high",
            observed=session,
            identity=stolen,
        ),
        case(
            "state.rejects-response-without-state",
            "WARN",
            title="A response without state is refused with an error page.",
            level="SHOULD",
            severity="low",
            observed="no session, but the target crashed (500 /callback)",
            reason="rejected with a crash: 500",
        ),
        case(
            "state.keeps-state-unique",
            changed=[],
            title="Two logins carry different state values.",
            severity="medium",
        ),
        case(
            "userinfo.rejects-another-subject",
            "NOT_APPLICABLE",
            reason="the target never calls UserInfo",
            observed="",
            severity="high",
        ),
        case(
            "token-response.rejects-unknown-token-type",
            "INCONCLUSIVE",
            level="HARDENING",
            severity="info",
            observed="",
            identity=None,
            reason="the misbehaviour was never consumed: no request to the token endpoint",
            evidence={"attempts": [], "target_output": "", "files": []},
        ),
        case(
            "token-response.accepts-unknown-members",
            "ERROR",
            reason="KeyError: 'code' in suites/engine",
            observed="",
        ),
    ]
    document = {
        "schema": "rp-gauntlet/results/1",
        "tool": {"name": "rp-gauntlet", "version": "0.1.0"},
        "started": "2026-11-21T00:19:00Z",
        "duration_s": 4.2,
        "target": {
            "name": "express-oidc",
            "base_url": "http://127.0.0.1:5001",
            "issuer": "http://127.0.0.1:8090/oauth2/default",
            "client_id": "0oa1client",
            "user_agent": "http",
            "kind": {"userinfo": False, "pkce": True, "signature checked": False},
            "strictness": "okta",
        },
        "profile": "all",
        "seed": None,
        "summary": dict(Counter(entry["verdict"] for entry in cases)),
        "exit": {"code": 1, "meaning": "2 findings: the target broke a MUST"},
        "preflight": [
            {
                "name": "an honest login signs in",
                "verdict": "PASS",
                "observed": "session for canary-01 (302 /home)",
            },
            {
                "name": "access_denied signs nobody in",
                "verdict": "PASS",
                "observed": "no session (401 /callback)",
            },
            {
                "name": "ID Token signature is checked",
                "verdict": "FAIL",
                "observed": "a token of a rogue key signs in",
            },
        ],
        "waivers": [
            {"case": "id-token.time.*", **waived, "status": "used"},
            {
                "case": "pkce.*",
                "reason": "old gateway",
                "owner": "team-edge",
                "expires": "2027-03-01",
                "status": "stale",
            },
        ],
        "cases": cases,
    }
    copied: dict[str, Any] = json.loads(json.dumps(document))  # no two members are one object
    return copied

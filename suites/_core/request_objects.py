"""What a case says about the request object with which a login began (OIDC Core 6.1, RFC 9101)."""

from __future__ import annotations

from typing import Any

from mock_idp.crypto.jose import decode_unverified
from suites.engine.case_run import CaseRun
from suites.engine.flows import asked, given


class RequestObject:
    """The JWT in the parameter `request`; what the IdP verified of it, it would have refused the login for."""

    def __init__(self, run: CaseRun, exchange: dict[str, Any] | None) -> None:
        self._run = run
        self._exchange = exchange or {"method": "GET", "request": {"query": ()}}
        decoded = decode_unverified(given(self._exchange).get("request", ""))
        self._header, self._claims = decoded or ({}, {})
        self._readable = decoded is not None

    def must_name(self, **claims: str) -> None:
        """The claims have these values; a value in an array counts."""
        self._look(f"a signed request object with {', '.join(claims)}")
        self._run.observed = f"signed with {self._header.get('alg')}; {self._shown(*claims)}"
        for name, value in claims.items():
            found = self._claims.get(name)
            if value not in (found if isinstance(found, list) else [found]):
                raise self._run.broken(f"{name} is {found!r}, not {value!r}")

    def must_be_for_client_and_issuer(self) -> None:
        """`iss` is the client and `aud` the issuer (RFC 9101 4)."""
        context = self._run.driver.context
        self.must_name(iss=asked(self._exchange)["client_id"], aud=context.issuer)

    def must_not_have(self, *names: str) -> None:
        """None of these claims is there."""
        self._look(f"a request object without {', '.join(names)}")
        self._run.observed = f"claims: {', '.join(self._claims)}"
        if found := [name for name in names if name in self._claims]:
            raise self._run.broken(f"the request object has {self._shown(*found)}")

    def must_not_name_client_as_subject(self) -> None:
        """`sub` is not the client_id: with it, the JWT would be a client assertion (RFC 9101 10.8)."""
        self._look("a request object whose sub is not the client")
        self._run.observed = self._shown("sub")
        if self._claims.get("sub") == asked(self._exchange)["client_id"]:
            raise self._run.broken(self._run.observed)

    def must_agree_with(self, *names: str) -> None:
        """Beside the request object these parameters are there too, with the same values (OIDC Core 6.1)."""
        self._look(f"{', '.join(names)} beside the request object as in it")
        beside = given(self._exchange)
        self._run.observed = ", ".join(f"{name}={beside.get(name)!r}" for name in names)
        for name in names:
            inside = self._claims.get(name, beside.get(name))
            if name not in beside or beside[name] != inside:
                raise self._run.broken(f"{name} is {beside.get(name)!r} beside the request object and {inside!r} in it")

    def must_expire(self) -> None:
        """It has an end, and an id by which it can be known again; how late the end may be is the IdP's business."""
        self._look("a request object with exp and jti")
        self._run.observed = self._shown("iat", "exp", "jti")
        if "exp" not in self._claims or not self._claims.get("jti"):
            raise self._run.broken(self._run.observed)

    def _look(self, expected: str) -> None:
        self._run.expected = expected
        if not self._readable:
            raise self._run.undecided("this login began without a request object")

    def _shown(self, *names: str) -> str:
        return ", ".join(f"{name}={self._claims.get(name)!r}" for name in names)

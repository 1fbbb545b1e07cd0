"""What passes between a user agent and the engine: plain frozen values, no behaviour beyond pure helpers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

TEXT_LIMIT = 4000  # characters of visible text that a Page keeps


@dataclass(frozen=True)
class Carrier:
    """How the IdP recognises an attempt: a cookie on its own origin and a request header, same value.

    `idp_origin` is scheme://host[:port]; `cookie` and `header` are names; `value` is the attempt id.
    """

    idp_origin: str
    cookie: str
    header: str
    value: str


@dataclass(frozen=True)
class AuthorizationResponse:
    """What the IdP sends to the RP through the browser (RFC 6749 4.1.2; Multiple Response Types 2.1).

    `mode` is "query", "fragment" or "form_post". `parameters` keeps order and duplicates.
    """

    redirect_uri: str
    mode: str
    parameters: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str | None:
        """The first value of the parameter, or None."""
        return next((value for key, value in self.parameters if key == name), None)

    def replacing(self, name: str, value: str) -> Self:
        """With this single value at the place of the first occurrence; added at the end when absent."""
        if self.get(name) is None:
            return self.adding(name, value)
        kept: list[tuple[str, str]] = []
        done = False
        for key, old in self.parameters:
            if key != name:
                kept.append((key, old))
            elif not done:
                kept.append((key, value))
                done = True
        return replace(self, parameters=tuple(kept))

    def without(self, name: str) -> Self:
        """Without any occurrence of the parameter."""
        return replace(self, parameters=tuple(pair for pair in self.parameters if pair[0] != name))

    def adding(self, name: str, value: str) -> Self:
        """With one more parameter at the end: a duplicate when the name is already there."""
        return replace(self, parameters=(*self.parameters, (name, value)))


@dataclass(frozen=True)
class Page:
    """Where a user agent ended.

    `url` is the address bar's, fragment included; `status` is the HTTP status (0: unknown, `text` says why);
    `text` is the visible text for humans, at most TEXT_LIMIT characters; `body` is the document's source (for
    a browser: the document as it stands); `trail` lists the hops as "302 GET url", first to last, unredacted.
    """

    url: str
    status: int
    text: str
    body: str
    title: str
    trail: tuple[str, ...] = ()

"""The places that the vocabulary names, and the changes that can be made there."""

from __future__ import annotations

from typing import Any

from mock_idp.misbehaviour import Edit, Misbehaviour


class Place:
    """One place of one artefact; its methods are the changes that can be made there."""

    def __init__(self, seam: str, *path: str | int) -> None:
        self._seam, self._path = seam, path

    def _edit(self, op: str, value: Any = None) -> Misbehaviour:
        return Misbehaviour((Edit(self._seam, op, self._path, value),))

    def set(self, value: Any) -> Misbehaviour:
        """Put `value` there, whatever was there before."""
        return self._edit("set", value)

    def remove(self) -> Misbehaviour:
        return self._edit("remove")

    def append(self, text: str) -> Misbehaviour:
        return self._edit("append", text)

    def prepend(self, text: str) -> Misbehaviour:
        return self._edit("prepend", text)

    def swap_case(self) -> Misbehaviour:
        """Every letter changes its case."""
        return self._edit("swap_case")

    def truncate(self, count: int) -> Misbehaviour:
        """The last `count` characters are cut off."""
        return self._edit("truncate", count)

    def duplicate(self, second: Any) -> Misbehaviour:
        """The JSON member is written twice: first the original, then `second`."""
        return self._edit("duplicate", second)

    def duplicate_first(self, first: Any) -> Misbehaviour:
        """The JSON member is written twice: first `first`, then the original."""
        return self._edit("duplicate_first", first)

    def add(self, value: Any) -> Misbehaviour:
        """A second parameter of the same name, after the original; in a JSON list: one more element at its end."""
        return self._edit("add", value)

    def add_first(self, value: Any) -> Misbehaviour:
        """A second parameter of the same name, before the original; in a JSON list: one more element at its start."""
        return self._edit("add_first", value)

    def percent_encode(self) -> Misbehaviour:
        """Every character of the value is percent-encoded in the URL; what it says stays the same (RFC 3986 2.1)."""
        return self._edit("percent_encode")

    def set_return_url(self, url: Any) -> Misbehaviour:
        """The URL or path that the value carries becomes `url`; a value that carries none gets it appended."""
        return self._edit("set_return_url", url)

    def corrupt(self) -> Misbehaviour:
        """Some of its bits are flipped; length and alphabet stay."""
        return self._edit("corrupt")

    def zero(self) -> Misbehaviour:
        """All its bits are 0; its length stays."""
        return self._edit("zero")

    def drop(self) -> Misbehaviour:
        """The part disappears together with its dot."""
        return self._edit("drop")

    def pad(self, octets: int) -> Misbehaviour:
        """So many spaces follow, which mean nothing in JSON."""
        return self._edit("pad", octets)

    def off(self) -> Misbehaviour:
        """It is left out."""
        return self._edit("off")

    def serialize(self, form: str) -> Misbehaviour:
        """The same token in JWS JSON Serialization (RFC 7515 7.2): `flattened` or `general`."""
        return self._edit("serialize", form)

    def set_hex(self, octets: str) -> Misbehaviour:
        """These octets, which need not be text, in hexadecimal digits."""
        return self._edit("set_hex", octets)


class Response:
    """A response as a whole, and (called with a path) one member of its JSON."""

    def __init__(self, seam: str, *path: str | int) -> None:
        self._seam, self._path = seam, path

    def __call__(self, *path: str | int) -> Place:
        return Place(self._seam, *path)

    def _edit(self, op: str, value: Any) -> Misbehaviour:
        return Misbehaviour((Edit(self._seam, op, self._path, value),))

    def status(self, code: int) -> Misbehaviour:
        """The same body with another HTTP status."""
        return self._edit("status", code)

    def body(self, text: Any) -> Misbehaviour:
        """Another body of the same content type."""
        return self._edit("body", text)

    def truncate_body(self, count: int) -> Misbehaviour:
        """The last `count` characters of the body are missing (Content-Length agrees)."""
        return self._edit("truncate_body", count)

    def content_type(self, value: str) -> Misbehaviour:
        return self._edit("content_type", value)

    def delay(self, seconds: float) -> Misbehaviour:
        return self._edit("delay", seconds)

    def max_age(self, seconds: int) -> Misbehaviour:
        """The answer may be cached for so long (RFC 9111 5.2.2.1)."""
        return self._edit("max_age", seconds)

    def retry_after(self, seconds: int) -> Misbehaviour:
        """The client is asked to come again in so many seconds (RFC 9110 10.2.3)."""
        return self._edit("retry_after", seconds)

    def redirect(self, url: Any) -> Misbehaviour:
        """307 to `url` instead of the response."""
        return self._edit("redirect", url)


class AuthorizationResponseWord:
    """The authorization response: `authorization_response("state").set(…)`, `.error(…)`."""

    def __call__(self, parameter: str) -> Place:
        return Place("authorization_response", parameter)

    def error(self, error: str, description: str) -> Misbehaviour:
        """The login ends in this error (RFC 6749 4.1.2.1); no code, no tokens."""
        return Misbehaviour(
            (Edit("authorization_response", "error", (), {"error": error, "error_description": description}),)
        )

    def mode(self, mode: str) -> Misbehaviour:
        """It travels in another response mode than was asked for: query, fragment or form_post."""
        return Misbehaviour((Edit("authorization_response", "mode", (), mode),))


class InitiateLoginWord:
    """With what a tile of the dashboard sends the browser to the app: `initiate_login("iss").set(…)`, `.mode(…)`."""

    def __call__(self, parameter: str) -> Place:
        return Place("initiate_login", parameter)

    def mode(self, mode: str) -> Misbehaviour:
        """form_post: by a form that sends itself, as OpenID Connect Core 4 also allows; Okta redirects."""
        return Misbehaviour((Edit("initiate_login", "mode", (), mode),))

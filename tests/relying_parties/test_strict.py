"""JSON and base64url that two parsers could read differently."""

from __future__ import annotations

import pytest

from targets.reference.strict import decode_base64url, parse_object


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":2}',
        b'{"a":{"b":1,"b":2}}',
        b'{"a":1,"\\u0061":2}',
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b"[]",
        b"null",
        b'{"a":"\\ud800"}',
        b'{"a":"\xff"}',
        '{"a":1}'.encode("utf-16"),
        b'{"a":' + b"[" * 100_000,
        b"",
    ],
)
def test_refuses_ambiguous_json(data: bytes) -> None:
    with pytest.raises(ValueError):
        parse_object(data)


def test_reads_plain_json() -> None:
    assert parse_object('{"a":{"b":[1,"é"]},"c":{"b":2}}'.encode()) == {
        "a": {"b": [1, "é"]},
        "c": {"b": 2},
    }


@pytest.mark.parametrize("text", ["YQ==", "YR", "a", "a+b_", "a/b_", "YQ\n", " YQ", "é"])
def test_refuses_sloppy_base64url(text: str) -> None:
    with pytest.raises(ValueError):
        decode_base64url(text)


def test_reads_base64url() -> None:
    assert (decode_base64url("YQ"), decode_base64url("-_8"), decode_base64url("")) == (b"a", b"\xfb\xff", b"")

"""Words that several edits make together, for more than one case."""

from __future__ import annotations

from typing import Any

from mock_idp.misbehaviour import Misbehaviour
from mock_idp.vocabulary import claim, signing, userinfo


def subject(value: Any) -> Misbehaviour:
    """The same subject in the ID Token and in UserInfo (see docs/decisions/0004-one-fault-in-every-place.md).

    In the ID Token alone it would also differ from UserInfo's, and an RP that only compares the two would seem
    to check it.
    """
    return claim("sub").set(value) & userinfo("sub").set(value)


def subject_with(text: str) -> Misbehaviour:
    """The same subject in both places with this text behind it."""
    return claim("sub").append(text) & userinfo("sub").append(text)


def hmac_with(key: Any) -> Misbehaviour:
    """HS256 with this key, and a header that says so."""
    return signing("alg").set("HS256") & signing("key").set(key)

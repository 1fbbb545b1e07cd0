"""Words that several edits make together, for more than one case."""

from __future__ import annotations

from typing import Any

from mock_idp.misbehaviour import Misbehaviour
from mock_idp.vocabulary import claim, userinfo


def subject(value: Any) -> Misbehaviour:
    """The same subject in the ID Token and in UserInfo (see docs/decisions/0004-one-fault-in-every-place.md).

    In the ID Token alone it would also differ from UserInfo's, and an RP that only compares the two would seem
    to check it.
    """
    return claim("sub").set(value) & userinfo("sub").set(value)

"""python -m targets.mute"""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from targets.reference.app import main
from targets.reference.rejection import Rejected
from targets.reference.relying_party import RelyingParty


class Mute(RelyingParty):
    """Starts logins like the reference and finishes none."""

    def finish_login(self, received: MultiDict[str, str]) -> str:
        del received
        raise Rejected("Login", "nobody is let in here", status=403)


if __name__ == "__main__":
    main(Mute)

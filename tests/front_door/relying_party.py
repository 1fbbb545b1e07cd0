"""The reference RP with one habit that the front door must cope with: `relying_party.py HABIT`.

It appends a line to $LOGINS for every login that is started, and every secret that it sees to $SECRETS.
"""

from __future__ import annotations

import base64
import os
import sys
import threading
from pathlib import Path
from typing import Any

from targets.reference.app import main
from targets.reference.callback import PendingLogin
from targets.reference.foundation import Claims
from targets.reference.rejection import Rejected
from targets.reference.relying_party import RelyingParty

HABIT, _, NUMBER = (sys.argv[1] if len(sys.argv) > 1 else "").partition(":")
FOREVER = threading.Event()


def note(variable: str, *lines: str) -> None:
    if path := os.environ.get(variable):
        with Path(path).open("a") as file:
            file.write("".join(f"{line}\n" for line in lines))


class Habitual(RelyingParty):
    started = 0

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if HABIT == "discover-first":
            try:
                self.metadata()
            except Rejected as error:
                sys.exit(f"no good metadata: {error}")

    def start_login(self, **options: Any) -> str:
        note("LOGINS", "login")
        Habitual.started += 1
        if HABIT == "die" and self.started > int(NUMBER):
            print("out of memory", flush=True)
            os._exit(7)
        if HABIT == "hang" and self.started > int(NUMBER):
            FOREVER.wait()
        return super().start_login(**options)

    def begin_session(self, claims: Claims) -> None:
        if HABIT == "refuse" and self.started > int(NUMBER):
            raise Rejected("Login", "too many logins, come back tomorrow", status=429)
        super().begin_session(claims)

    def redeem(self, code: str, pending: PendingLogin) -> dict[str, Any]:
        if HABIT == "leak":
            secret, verifier = self.settings.client_secret, str(pending.code_verifier)
            credentials = base64.b64encode(f"{self.settings.client_id}:{secret}".encode()).decode()
            note("SECRETS", code, secret, verifier, credentials)
            print(f"redeeming {code} as {secret}, code_verifier={verifier}", flush=True)
        tokens = super().redeem(code, pending)
        if HABIT == "leak":
            given = [str(tokens.get(name)) for name in ("access_token", "id_token")]
            note("SECRETS", *given, *(token.rpartition(".")[2] for token in given))
            print(f"got {tokens}", flush=True)
        return tokens

    def validate_id_token(self, *arguments: Any, **named: Any) -> Claims:
        try:
            return super().validate_id_token(*arguments, **named)
        except Rejected as error:
            if HABIT == "leak":
                raise Rejected("ID Token", f"{error} (it was {arguments[0]})") from None
            raise


if __name__ == "__main__":
    match HABIT:
        case "exit":
            print("no database", file=sys.stderr)
            sys.exit(3)
        case "only-once":
            note("LOGINS", "start")
            if len(Path(os.environ["LOGINS"]).read_text().splitlines()) > 1:
                sys.exit("there is one already")
        case "never-ready":
            FOREVER.wait()
    main(Habitual)

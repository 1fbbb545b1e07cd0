"""Client of the control API."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection, HTTPException, RemoteDisconnected
from typing import Any
from urllib.parse import quote, urlsplit

from mock_idp.misbehaviour import Misbehaviour


class ControlError(RuntimeError):
    """The mock refused, with this HTTP `status`, or could not be reached (status 0)."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class Control:
    """Calls the control API of one mock. One object per thread or process; connections are reused."""

    def __init__(self, url: str, token: str, timeout: float = 90.0) -> None:
        self.url, self.token = url, token
        parts = urlsplit(url)
        # The standard library's client: some hundred microseconds less per call than the comfortable ones, and a
        # login makes three calls. It never asks a proxy, which loopback traffic must not go through.
        self._connection = HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)

    def close(self) -> None:
        self._connection.close()

    def _call(self, method: str, path: str, document: Mapping[str, Any] | None = None) -> Any:
        body = None if document is None else json.dumps(document).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            try:
                status, data = self._exchange(method, path, body, headers)
            except (RemoteDisconnected, ConnectionError):
                # A kept connection may have been closed while nobody used it; nothing was answered yet.
                self._connection.close()
                status, data = self._exchange(method, path, body, headers)
        except (OSError, HTTPException, ValueError) as error:
            self._connection.close()
            raise ControlError(f"the mock's control API at {self.url} does not answer: {error}") from None
        if status >= 400:
            raise ControlError(str(data.get("error", data) if isinstance(data, dict) else data), status)
        return data

    def _exchange(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, Any]:
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        return response.status, json.loads(response.read())

    def about(self) -> dict[str, Any]:
        """`{"public_url", "issuers": {server: issuer}, "carrier": {"cookie", "header"}}`."""
        found: dict[str, Any] = self._call("GET", "/about")
        return found

    def create_attempt(
        self,
        misbehaviour: Misbehaviour | None = None,
        *,
        identity: Mapping[str, Any] | None = None,
        victim: Mapping[str, Any] | None = None,
        hold: bool = False,
        clock_offset: float = 0.0,
        strictness: str | None = None,
        lease: str | None = None,
    ) -> str:
        """The new attempt's id."""
        made = self.create(
            misbehaviour,
            identity=identity,
            victim=victim,
            hold=hold,
            clock_offset=clock_offset,
            strictness=strictness,
            lease=lease,
        )
        return str(made["id"])

    def create(self, misbehaviour: Misbehaviour | None = None, **members: Any) -> dict[str, Any]:
        """The new attempt, with further members; `issuer` is `{"id", "url"}` for one at an issuer of its own."""
        document = {"misbehaviour": (misbehaviour or Misbehaviour()).to_json(), **members}
        made: dict[str, Any] = self._call("POST", "/attempts", document)
        return made

    def rotate_keys(self, issuer_id: str, *, announced: bool = True) -> None:
        """The next key of an attempt's own issuer signs from now on, or one that was never published before."""
        self._call("POST", f"/issuers/{issuer_id}/rotate", {"announced": announced})

    def transcript(self, attempt_id: str) -> dict[str, Any]:
        """See `mock_idp.attempts.registry.Attempts.transcript`."""
        found: dict[str, Any] = self._call("GET", f"/attempts/{attempt_id}")
        return found

    def close_attempt(self, attempt_id: str) -> dict[str, Any]:
        """The attempt is over: its lease is given back and its person is not signed in any more; its transcript."""
        found: dict[str, Any] = self._call("POST", f"/attempts/{attempt_id}/close")
        return found

    def forget_attempts(self, attempt_ids: Sequence[str]) -> None:
        """Close the attempts and delete their transcripts."""
        self._call("POST", "/attempts/forget", {"attempts": list(attempt_ids)})

    def unbound(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._call("GET", "/unbound")["exchanges"]
        return found

    def register_client(self, client_id: str, settings: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self._call("PUT", f"/clients/{quote(client_id, safe='')}", settings)
        return found

    def trust_origin(self, origin: str) -> None:
        """A Trusted Origin of the org, if it is none yet."""
        self._call("POST", "/trusted-origins", {"origin": origin})

    def persist_clients(self, wanted: bool) -> None:
        """See `mock_idp.idp.Idp.persist_clients`."""
        self._call("POST", "/clients", {"persist": wanted})

    def client(self, client_id: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self._call("GET", f"/clients/{quote(client_id, safe='')}")
        except ControlError:
            return None
        return found

    def exclusive_lease(self, wait: float = 60.0) -> str:
        return str(self._call("POST", "/leases", {"wait": wait})["lease"])

    def release(self, lease: str) -> None:
        self._call("DELETE", f"/leases/{lease}")

    def take_people(self, pool: Sequence[str], count: int, *, lasting: float, wait: float) -> tuple[str, list[str]]:
        """A lease of so many of the pool for `lasting` seconds, and their names.

        ControlError 409 when too few were free for `wait` seconds, 400 at once when the pool is too small.
        """
        wanted = {"pool": list(pool), "count": count, "lasting": lasting, "wait": wait}
        found = self._call("POST", "/people", wanted)
        return str(found["lease"]), [str(name) for name in found["people"]]

    def keep_people(self, lease: str, lasting: float) -> None:
        """The lease ends `lasting` seconds from now; ControlError 409 when it has expired and others have them."""
        self._call("PUT", f"/people/{lease}", {"lasting": lasting})

    def give_people_back(self, lease: str) -> None:
        """ControlError 404 when the lease has expired and others have them."""
        self._call("DELETE", f"/people/{lease}")

    def next_slot(self, distance: float) -> float:
        """Seconds until a login may begin that keeps `distance` seconds from the run's last one."""
        return float(self._call("POST", "/slots", {"distance": distance})["in"])

    def logout(self, kind: str, *, attempt: str | None = None, user: str | None = None) -> list[dict[str, Any]]:
        """Tell relying parties of a logout; what they answered (`mock_idp.attempts.logout_control`)."""
        found: list[dict[str, Any]] = self._call("POST", "/logout", {"kind": kind, "attempt": attempt, "user": user})[
            "messages"
        ]
        return found

    def waiting_requests(self) -> list[dict[str, Any]]:
        """Device authorization and CIBA requests that nobody has answered (`mock_idp.attempts.approval_control`)."""
        found: list[dict[str, Any]] = self._call("GET", "/approvals")["pending"]
        return found

    def answer_request(
        self, approve: bool, *, code: str | None = None, attempt: str | None = None, user: str | None = None
    ) -> list[dict[str, Any]]:
        """Approve or deny what waits, by its code (also the user code) or its attempt; what became of it.

        ControlError 404 when nothing waits, 400 when nobody is known who could approve.
        """
        sent = {"approve": approve, "code": code, "attempt": attempt, "user": user}
        found: list[dict[str, Any]] = self._call("POST", "/approvals", sent)["answered"]
        return found

    def apps(self) -> list[dict[str, Any]]:
        """The org's apps: client_id, label, redirect_uris, and whether nobody has set them up (`learned`)."""
        found: list[dict[str, Any]] = self._call("GET", "/doctor")["apps"]
        return found

    def app_settings(self, client_id: str) -> dict[str, Any]:
        """What the doctor looks at: the members of `mock_idp.doctor.facts.Settings`."""
        found: dict[str, Any] = self._call("GET", f"/doctor/{quote(client_id, safe='')}")
        return found

    def export_org(self) -> str:
        """The org as the text of a config file, with its secrets and passwords."""
        return str(self._call("GET", "/org")["toml"])

    def import_org(self, toml: str) -> None:
        """The org becomes what this config file says; ControlError 400 and no change when it cannot be used."""
        self._call("PUT", "/org", {"toml": toml})

    def settings(self) -> dict[str, Any]:
        """The switches (docs/switches.md)."""
        found: dict[str, Any] = self._call("GET", "/settings")
        return found

    def change_settings(self, **switches: Any) -> dict[str, Any]:
        """Flip switches, from the next request on; the switches as they are then."""
        found: dict[str, Any] = self._call("PUT", "/settings", switches)
        return found

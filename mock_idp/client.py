"""Client of the control API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx

from mock_idp.misbehaviour import Misbehaviour


class ControlError(RuntimeError):
    """The mock refused, or could not be reached."""


class Control:
    """Calls the control API of one mock. One object per thread or process; connections are reused."""

    def __init__(self, url: str, token: str, timeout: float = 90.0) -> None:
        self.url, self.token = url, token
        # trust_env would send loopback traffic through a proxy that the user has set for the internet.
        self._http = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=timeout,
            trust_env=False,
        )

    def close(self) -> None:
        self._http.close()

    def _call(self, method: str, path: str, document: Mapping[str, Any] | None = None) -> Any:
        try:
            response = self._http.request(method, path, json=document)
        except httpx.HTTPError as error:
            raise ControlError(f"the mock's control API at {self.url} does not answer: {error}") from None
        try:
            data = response.json()
        except ValueError:
            raise ControlError(
                f"the mock's control API at {self.url} answered {response.status_code}, no JSON"
            ) from None
        if response.status_code >= 400:
            raise ControlError(str(data.get("error", data)))
        return data

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
        document = {
            "misbehaviour": (misbehaviour or Misbehaviour()).to_json(),
            "identity": identity,
            "victim": victim,
            "hold": hold,
            "clock_offset": clock_offset,
            "strictness": strictness,
            "lease": lease,
        }
        return str(self._call("POST", "/attempts", document)["id"])

    def transcript(self, attempt_id: str) -> dict[str, Any]:
        """See `mock_idp.attempts.Attempts.transcript`."""
        found: dict[str, Any] = self._call("GET", f"/attempts/{attempt_id}")
        return found

    def close_attempt(self, attempt_id: str) -> None:
        self._call("POST", f"/attempts/{attempt_id}/close")

    def forget_attempt(self, attempt_id: str) -> None:
        self._call("DELETE", f"/attempts/{attempt_id}")

    def unbound(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._call("GET", "/unbound")["exchanges"]
        return found

    def register_client(self, client_id: str, settings: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self._call("PUT", f"/clients/{quote(client_id, safe='')}", settings)
        return found

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

"""Requests to the IdP: no proxy, no redirects followed, no more time than a login can wait."""

from __future__ import annotations

from collections.abc import Mapping

import requests

SECONDS = 10.0  # for one answer


class Http:
    """`ca_file`: the only authority to trust; empty: the usual ones. A session of its own for every request."""

    def __init__(self, ca_file: str) -> None:
        self._verify: str | bool = ca_file or True

    def get(self, url: str) -> requests.Response:
        return self._send("GET", url, {}, None)

    def post(self, url: str, form: Mapping[str, str], auth: tuple[str, str] | None) -> requests.Response:
        return self._send("POST", url, form, auth)

    def _send(self, method: str, url: str, form: Mapping[str, str], auth: tuple[str, str] | None) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            return session.request(
                method, url, data=form, auth=auth, timeout=SECONDS, allow_redirects=False, verify=self._verify
            )

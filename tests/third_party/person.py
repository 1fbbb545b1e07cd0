"""A person with a browser without scripts: opens pages, and fills in Okta's sign-in page where it turns up."""

from __future__ import annotations

import ssl
from pathlib import Path

import httpx

from targets.forms import Document


class Person:
    """One browser profile. `ca_file` is what it trusts."""

    def __init__(self, ca_file: Path, login: str, password: str) -> None:
        context = ssl.create_default_context(cafile=str(ca_file))
        self._http = httpx.Client(verify=context, trust_env=False, follow_redirects=True, timeout=15.0)
        self._login, self._password = login, password

    def opens(self, url: str) -> httpx.Response:
        """The last page after all redirects."""
        return self._http.get(url)

    def signs_in(self, url: str) -> httpx.Response:
        """Opens a page that leads to the sign-in page; what comes after that."""
        page = self.opens(url)
        form = Document(page.text, str(page.url)).form(
            "form", {"identifier": self._login, "credentials": self._password}
        )
        assert form is not None, f"no sign-in page: {page.status_code} {page.url}: {page.text[:500]}"
        return self._http.request(form.method, form.url, data=dict(form.fields))

    def close(self) -> None:
        self._http.close()

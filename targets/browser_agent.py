"""The browser user agent: a real browser through Playwright, for targets that need JavaScript."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import ssl
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserType, Error

from targets import playwright_driver
from targets.agent import Profile
from targets.browser_profile import BrowserProfile
from targets.errors import NO_BROWSER, TargetError
from targets.origins import OPAQUE, host
from targets.reach import Reach, certificate_fault
from targets.shapes import Carrier
from targets.target_schema import Target
from targets.transport import trust

BROWSERS = ("chromium", "firefox", "webkit")
# Without the windows that nobody sees, a login costs half as much.
HEADLESS = ("chromium-headless-shell",)
INSTALLED = (*HEADLESS, "chromium", "chromium-browser", "google-chrome")
TIMEOUT = 15.0  # seconds for one step in a page
HANDSHAKE_LIMIT = 5.0  # seconds
ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    # Chromium keeps other sites' frames away from loopback; a target that is not tested there has no such help.
    "--enable-features=LocalNetworkAccessChecks:LocalNetworkAccessChecksWarn/true",
)


def installed_chromium(*, headed: bool = False) -> str | None:
    """The path of a Chromium of this machine; None: only Playwright may have one."""
    names = [name for name in INSTALLED if not (headed and name in HEADLESS)]
    return next(filter(None, map(shutil.which, names)), None)


class BrowserAgent:
    """One browser; every profile is a context of it. Belongs to the thread that made it.

    `name` is "chromium" (an installed one, else Playwright's), "firefox" or "webkit" (Playwright's).
    `ca_files` (PEM) are trusted besides the target's own and the system's. `timeout`: seconds for one step.
    Raises TargetError(27) when there is no such browser.
    """

    def __init__(
        self,
        target: Target,
        *,
        name: str = "chromium",
        headed: bool = False,
        ca_files: Sequence[Path] = (),
        timeout: float = TIMEOUT,
    ) -> None:
        if name not in BROWSERS:
            raise TargetError(f"{name!r} is no browser; there are {', '.join(BROWSERS)}", NO_BROWSER)
        self.name = name
        self._target = target
        self._timeout = timeout
        self._ca_files = [*([Path(target.ca_file)] if target.ca_file else []), *ca_files]
        self._verified: set[str] = set()
        self._playwright = playwright_driver.acquire()
        try:
            self._browser = self._launch(headed)
        except BaseException:
            playwright_driver.release()
            raise

    def open(self, carrier: Carrier | None, target: Target | None = None) -> Profile:
        """A fresh context. TargetError(25) when a ca_file is given and does not vouch for the other side."""
        target = target or self._target
        self._verify(target, carrier)
        # Playwright cannot be given a CA: where one is named, we check the certificates ourselves (above),
        # and the browser looks away. Without one, it checks as it does for any user.
        context = self._browser.new_context(ignore_https_errors=bool(self._ca_files), locale="en-US")
        return BrowserProfile(target, context, self._timeout, carrier)

    def close(self) -> None:
        with contextlib.suppress(Error):
            self._browser.close()
        playwright_driver.release()

    def _launch(self, headed: bool) -> Browser:
        kind: BrowserType = getattr(self._playwright, self.name)
        if self.name != "chromium":
            return self._started(kind, None, [], headed)
        # Names that are reserved for examples belong to attackers of ours; nobody needs to look them up.
        reserved = ", ".join(f"MAP *.{suffix} ~NOTFOUND" for suffix in ("example", "invalid") if not self._uses(suffix))
        arguments = [*ARGUMENTS, f"--host-resolver-rules={reserved}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            arguments.append("--no-sandbox")  # Chromium refuses to start its sandbox as root
        return self._started(kind, installed_chromium(headed=headed), arguments, headed)

    def _uses(self, suffix: str) -> bool:
        return host(self._target.base_url).endswith(f".{suffix}")

    def _started(self, kind: BrowserType, path: str | None, arguments: list[str], headed: bool) -> Browser:
        if path is None and not Path(kind.executable_path).exists():
            raise TargetError(
                f"there is no {self.name} on this machine; run `make browser BROWSER={self.name}`", NO_BROWSER
            )
        try:
            return kind.launch(executable_path=path, args=arguments, headless=not headed)
        except Error as error:
            reason = error.message.strip().splitlines()[0]
            raise TargetError(f"{path or self.name} does not start: {reason}", NO_BROWSER) from None

    def _verify(self, target: Target, carrier: Carrier | None) -> None:
        reach = Reach(target)
        if not self._ca_files:
            return
        for one in sorted({*reach.target_origins, reach.idp_origin(carrier)} - {OPAQUE} - self._verified):
            if not one.startswith("https:"):
                continue
            parts = urlsplit(one)
            name = parts.hostname or ""
            try:
                with (
                    socket.create_connection((name, parts.port or 443), HANDSHAKE_LIMIT) as plain,
                    trust(self._ca_files).wrap_socket(plain, server_hostname=name),
                ):
                    self._verified.add(one)
            except ssl.SSLCertVerificationError as error:
                raise reach.untrusted(one, carrier, certificate_fault(error)) from None
            except OSError:
                continue  # nobody there (yet): the navigation will say so

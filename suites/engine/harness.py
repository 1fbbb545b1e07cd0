"""Brings up what a run needs, once, in the controller: the mock, the target, the preflight. And ends it all."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import httpx

from mock_idp.client import Control, ControlError
from mock_idp.launcher import LaunchError, RunningIdp
from suites.engine.context import RunContext
from suites.engine.preflight import Preflight, run_preflight
from suites.engine.verdicts import BAD_INPUT, SetupError
from targets.errors import TargetError
from targets.process import StartedTarget, free_port
from targets.target_file import load
from targets.target_schema import Target

MAX_SKEW = 2.0
"""Seconds by which the RP's clock may differ before attempts are moved to its time."""


@dataclass(frozen=True)
class RunOptions:
    """What the user asked for; see `gauntlet check --help`."""

    target: str
    browser: str = "none"
    headed: bool = False
    report_directory: Path = Path("reports/out")
    issuer: str | None = None
    port: int | None = None
    public_url: str | None = None
    state_directory: Path | None = None
    case: tuple[str, ...] = ()
    suite: tuple[str, ...] = ()
    profile: str = "all"


class Harness:
    """One run's mock, target and preflight. `start()` then `stop()`; `stop()` is safe at any time."""

    def __init__(self, options: RunOptions) -> None:
        self.options = options
        self._idp: RunningIdp | None = None
        self._target: StartedTarget | None = None
        self._control: Control | None = None
        self._temporary: Path | None = None
        self._log: IO[bytes] | None = None
        self.preflight: Preflight | None = None

    def start(self) -> RunContext:
        """The completed context. Raises SetupError with an exit code of 20 to 29, or 11 for our own faults."""
        try:
            context = self._bring_up()
            self.preflight = run_preflight(context)
        except BaseException as error:
            self.stop()
            if isinstance(error, TargetError):
                raise SetupError(error.message, error.code) from None
            if isinstance(error, LaunchError):
                raise SetupError(f"the mock did not start: {error}", error.code) from None
            if isinstance(error, ControlError):
                raise SetupError(str(error), 11) from None
            raise
        return self.preflight.context

    def stop(self) -> None:
        """End the target and the mock, and remove the run's temporary files."""
        with contextlib.ExitStack() as stack:
            # The last registered runs first: target, mock, files; each even when another fails.
            if self._temporary:
                stack.callback(shutil.rmtree, self._temporary, ignore_errors=True)
            if self._log:
                stack.callback(self._log.close)
            if self._idp:
                stack.callback(self._idp.stop)
            if self._control:
                stack.callback(self._control.close)
            if self._target:
                stack.callback(self._target.stop)
        self._temporary = self._log = self._idp = self._control = self._target = None

    # ---- bringing up --------------------------------------------------------------------------------------

    def _bring_up(self) -> RunContext:
        options = self.options
        target = load(options.target)
        self._make_report_directory()
        issuer = options.issuer or target.idp.issuer
        if not target.start and not issuer:
            raise SetupError(
                f"{target.name} is already running, so the mock must listen where it looks for its IdP: say "
                "--issuer URL, or [idp] issuer in the target file",
                BAD_INPUT,
            )
        idp = self._start_idp(target, issuer)
        about = idp.control()
        self._control = about
        carrier = about.about()["carrier"]
        issuer = issuer or idp.ready.issuers.get(target.idp.server, "")
        if not issuer:
            known = ", ".join(idp.ready.issuers)
            raise SetupError(f"[idp] server {target.idp.server!r} does not exist; there are: {known}", BAD_INPUT)
        if issuer not in idp.ready.issuers.values():
            known = ", ".join(idp.ready.issuers.values())
            raise SetupError(f"the mock serves no issuer {issuer}; it serves: {known}", BAD_INPUT)
        target = self._resolve(target, issuer, idp)
        self._register(target)
        log = self._start_target(target, issuer, idp)
        ca_files = (idp.ready.ca_file,) if idp.ready.ca_file else ()
        context = RunContext(
            target=target,
            target_reference=options.target,
            issuer=issuer,
            idp_origin=idp.ready.public_url,
            control_url=idp.ready.control_url,
            control_token=idp.ready.control_token,
            cookie=carrier["cookie"],
            header=carrier["header"],
            browser=options.browser,
            headed=options.headed,
            ca_files=ca_files,
            report_directory=options.report_directory,
            target_log=log,
        )
        return replace(context, clock_offset=clock_skew(target, context.ca_files))

    def _make_report_directory(self) -> None:
        directory = self.options.report_directory
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SetupError(f"--report-dir {directory}: {error.strerror}", BAD_INPUT) from None
        if not os.access(directory, os.W_OK):
            raise SetupError(f"--report-dir {directory}: not writable", BAD_INPUT)

    def _start_idp(self, target: Target, issuer: str) -> RunningIdp:
        options = self.options
        arguments: list[str] = []
        tls = target.idp.tls
        if issuer:
            parts = urlsplit(issuer)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise SetupError(f"the issuer {issuer!r} is not an http(s) URL", BAD_INPUT)
            tls = parts.scheme == "https"
            origin = f"{parts.scheme}://{parts.netloc}"
            port = options.port or parts.port or (443 if tls else 80)
            arguments += ["--port", str(port), "--public-url", options.public_url or origin]
        elif options.port:
            arguments += ["--port", str(options.port)]
        if not issuer and options.public_url:
            arguments += ["--public-url", options.public_url]
        if tls:
            arguments.append("--tls")
        if not target.client.client_id and not target.start:
            arguments.append("--adopt-clients")
        arguments += ["--state-dir", str(self._state_directory(target, bool(issuer)))]
        self._log = (self.options.report_directory / "idp.log").open("wb")
        self._idp = RunningIdp(arguments)
        return self._idp

    def _state_directory(self, target: Target, persistent: bool) -> Path:
        """Where keys and clients live: kept for a target that goes on running, else gone with the run."""
        if self.options.state_directory:
            return self.options.state_directory
        if persistent and not target.start:
            base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
            return base / "rp-gauntlet" / "idp"
        self._temporary = Path(tempfile.mkdtemp(prefix="gauntlet-"))
        return self._temporary

    def _resolve(self, target: Target, issuer: str, idp: RunningIdp) -> Target:
        values = {
            "issuer": issuer,
            "idp_origin": idp.ready.public_url,
            "ca_file": str(idp.ready.ca_file or ""),
        }
        if target.start:
            values |= {
                "port": str(free_port()),
                "client_id": target.client.client_id or f"0oa{secrets.token_hex(8)}G",
                "client_secret": target.client.client_secret or secrets.token_urlsafe(32),
            }
        return target.resolve(**values)

    def _register(self, target: Target) -> None:
        client = target.client
        if not client.client_id:
            return
        public = client.token_endpoint_auth_method == "none"
        known = self._control.client(client.client_id) if self._control else None
        settings = {
            "client_secret": "" if public else client.client_secret or (known or {}).get("client_secret", ""),
            "label": target.name,
            "application_type": client.application_type,
            "token_endpoint_auth_method": client.token_endpoint_auth_method,
            "redirect_uris": list(client.redirect_uris),
            "post_logout_redirect_uris": list(client.post_logout_redirect_uris),
            "initiate_login_uri": client.initiate_login_uri,
            "response_types": list(client.response_types),
            "grant_types": list(client.grant_types),
            # A target whose secret nobody told us: its first token request does.
            "adopted": not public and not client.client_secret and not (known or {}).get("client_secret"),
        }
        assert self._control is not None
        try:
            self._control.register_client(client.client_id, settings)
        except ControlError as error:
            raise SetupError(f"[client] of {target.name}: {error}", BAD_INPUT) from None

    def _start_target(self, target: Target, issuer: str, idp: RunningIdp) -> Path | None:
        if not target.start:
            return None
        log = self.options.report_directory / "target.log"
        log.write_bytes(b"")
        self._target = StartedTarget(target, {"ca_file": str(idp.ready.ca_file or ""), "issuer": issuer}, log)
        self._target.start()
        return log


def clock_skew(target: Target, ca_files: tuple[Path, ...]) -> float:
    """Seconds by which the RP's clock is ahead, from its Date header; 0 when small or unknown."""
    import time

    try:
        response = httpx.get(target.base_url, verify=False, trust_env=False, timeout=10)
        date = parsedate_to_datetime(response.headers["Date"])
    except (httpx.HTTPError, KeyError, ValueError):
        return 0.0
    skew = date.timestamp() - time.time()
    return round(skew) if abs(skew) > MAX_SKEW else 0.0

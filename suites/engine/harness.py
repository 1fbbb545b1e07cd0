"""Brings up what a run needs, once, in the controller: the mock, the target, the preflight. And ends it all."""

from __future__ import annotations

import contextlib
import os
import secrets
import shlex
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx

from mock_idp.client import Control, ControlError
from mock_idp.launcher import AttachedIdp, RunningIdp
from suites.engine import provider
from suites.engine.context import RunContext
from suites.engine.forgery_files import saved_forgeries
from suites.engine.preflight import Preflight, run_preflight
from suites.engine.run_options import AUTO
from suites.engine.run_options import RunOptions as RunOptions
from suites.engine.verdicts import BAD_INPUT, HARNESS_FAULT, NO_BROWSER, UNREACHABLE, SetupError
from targets.errors import TargetError
from targets.process import StartedTarget, free_port
from targets.target_file import command_variables, load
from targets.target_schema import Target

MAX_SKEW = 2.0
"""Seconds by which the RP's clock may differ before attempts are moved to its time."""
REPORTS = ("results.json", "junit.xml", "index.html")
LAST_LINES = 8
NOTICE_LIMIT = 1.0


class Harness:
    """One run's mock, target and preflight. `start()` then `stop()`; `stop()` is safe at any time."""

    def __init__(self, options: RunOptions) -> None:
        self.options = options
        self._idp: RunningIdp | AttachedIdp | None = None
        self._target: StartedTarget | None = None
        self._target_was_up = False
        self._pause = threading.Event()
        self._control: Control | None = None
        self._temporary: Path | None = None
        self.preflight: Preflight | None = None

    def start(self) -> RunContext:
        """The completed context. Raises SetupError with an exit code of 20 to 29, or 11 for our own faults."""
        with self._set_up():
            self.preflight = run_preflight(self._bring_up())
            assert self._control is not None
            self._control.persist_clients(True)
        return self.preflight.context

    def bring_up(self) -> RunContext:
        """What `start` does before the preflight, for who wants to see a login fail; the org stays as it is."""
        with self._set_up():
            return self._bring_up(judging=False)

    @contextlib.contextmanager
    def _set_up(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            told = error if isinstance(error, TargetError | SetupError) else None
            ended = self.ended() if told and told.code == UNREACHABLE else ""
            self.stop()
            if isinstance(error, TargetError | SetupError):
                raise SetupError(f"{error.message}\n{ended}".strip(), error.code) from None
            if isinstance(error, ControlError):
                raise SetupError(str(error), HARNESS_FAULT) from None
            raise

    def stop(self) -> None:
        """End the target and the mock, and remove the run's temporary files."""
        with contextlib.ExitStack() as stack:
            # The last registered runs first: target, mock, files; each even when another fails.
            if self._temporary:
                stack.callback(shutil.rmtree, self._temporary, ignore_errors=True)
            if self._idp:
                stack.callback(self._idp.stop)
            if self._control:
                stack.callback(self._control.close)
            if self._target:
                stack.callback(self._target.stop)
        self._temporary = self._idp = self._control = self._target = None

    def ended(self) -> str:
        """What a target said that we started and that ended by itself; empty for one that runs.

        Ask when it cannot be reached: its supervisor may need a moment to see it end, and is given one.
        """
        if not self._target_was_up or self._target is None:
            return ""
        end = time.monotonic() + NOTICE_LIMIT
        while self._target.running:
            if time.monotonic() > end:
                return ""
            self._pause.wait(0.02)
        lines = self._target.output_since(0).strip().splitlines()[-LAST_LINES:]
        said = "\n".join(f"  {line}" for line in lines) or "  (nothing)"
        return f"{self._target.target.name} has ended by itself. The last that it printed:\n{said}"

    # ---- bringing up --------------------------------------------------------------------------------------

    def _bring_up(self, *, judging: bool = True) -> RunContext:
        """`judging` False: for a look at what is set, which nothing here may change."""
        options = self.options
        target = load(options.target)
        issuer = options.issuer or target.idp.issuer
        self._check(target, issuer)
        forgery = saved_forgeries(options)
        if judging:
            _prepare(options.report_directory)
        self._temporary = Path(tempfile.mkdtemp(prefix="gauntlet-"))
        state = provider.persistent_state(options, target, issuer) or self._temporary / "idp"
        idp: RunningIdp | AttachedIdp | None = None if judging else provider.attached_idp(target, state)
        idp = self._idp = idp or provider.start_idp(options, target, issuer, state, self._temporary / "idp.log")
        control = self._control = idp.control()
        about = control.about()
        carrier, ready = about["carrier"], replace(idp.ready, issuers={**idp.ready.issuers, **about["issuers"]})
        if judging or issuer.rstrip("/") in (*ready.issuers.values(), ""):
            issuer = provider.issuer_of(target, issuer, ready, options.public_url)
        second_issuer = provider.second_issuer_of(target, ready)
        template, target = target, _resolve(target, issuer, second_issuer, idp)
        if not isinstance(idp, AttachedIdp):
            # Until the preflight has succeeded: what is wrong in this run must not be met again in the next one.
            control.persist_clients(False)
        if judging or target.start is not None or not provider.is_set_up(control, target):
            provider.register(control, target)
        log = self._start_target(target, {"issuer": issuer, "second_issuer": second_issuer}, idp)
        ca_files = (idp.ready.ca_file,) if idp.ready.ca_file else ()
        context = RunContext(
            target=target,
            template=template,
            command=_command(options, target),
            issuer=issuer,
            second_issuer=second_issuer,
            idp_origin=idp.ready.public_url,
            control_url=idp.ready.control_url,
            control_token=idp.ready.control_token,
            cookie=carrier["cookie"],
            header=carrier["header"],
            browser=_browser(options, target),
            headed=options.headed,
            ca_files=ca_files,
            report_directory=options.report_directory,
            target_log=log,
            forgery=forgery,
        )
        return replace(context, clock_offset=clock_skew(target))

    def _check(self, target: Target, issuer: str) -> None:
        """What can be known before anything is started."""
        options = self.options
        if options.headed and _browser(options, target) == "none":
            raise SetupError("--headed shows a browser: say which, as in --browser chromium", BAD_INPUT)
        if options.headed and sys.platform == "linux" and not {"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ):
            raise SetupError("--headed needs a display, and there is none here (DISPLAY is not set)", NO_BROWSER)
        if options.browser == "none" and target.browser_reason:
            raise SetupError(
                f"{target.name} can only be driven with a browser ({target.browser_reason}): leave --browser none out",
                NO_BROWSER,
            )
        if target.start is None and not issuer:
            where = "--issuer URL" if target.bare else "[idp] issuer in the target file, or --issuer URL"
            raise SetupError(
                f"{target.name} is not started by us, so the mock must listen where it looks for its IdP: say {where}",
                BAD_INPUT,
            )

    def _start_target(self, target: Target, issuers: dict[str, str], idp: RunningIdp | AttachedIdp) -> Path | None:
        if not target.start:
            return None
        assert self._temporary is not None
        # Not beside the reports: whatever the target prints can hold secrets. Reports quote it redacted.
        log = self._temporary / "target.log"
        log.write_bytes(b"")
        self._target = StartedTarget(target, {"ca_file": str(idp.ready.ca_file or ""), **issuers}, log)
        self._target.start()
        self._target_was_up = True
        return log


def _browser(options: RunOptions, target: Target) -> str:
    if options.browser != AUTO:
        return options.browser
    return "chromium" if target.browser_reason else "none"


def _command(options: RunOptions, target: Target) -> str:
    """The command that tries again, without the case."""
    # Nothing secret: whoever lists processes reads what their commands say.
    named = command_variables(target.source) if target.source else ()
    words = [options.target]
    if options.issuer:
        words += ["--issuer", options.issuer]
    if options.port:
        words += ["--idp-port", str(options.port)]
    if options.host:
        words += ["--idp-host", options.host]
    if options.public_url:
        words += ["--public-url", options.public_url]
    if options.state_directory:
        words += ["--state-dir", str(options.state_directory)]
    return " ".join(
        [*(f"{name}={shlex.quote(os.environ[name])}" for name in named), "gauntlet check", shlex.join(words)]
    )


def _prepare(directory: Path) -> None:
    """The report directory, without the reports of an earlier run: nobody shall take those for ours."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if not os.access(directory, os.W_OK):
            raise PermissionError(13, "not writable")
        for name in REPORTS:
            (directory / name).unlink(missing_ok=True)
    except OSError as error:
        raise SetupError(
            f"--report-dir {directory}: no reports can be written there: {error.strerror}", BAD_INPUT
        ) from None


def _resolve(target: Target, issuer: str, second_issuer: str, idp: RunningIdp | AttachedIdp) -> Target:
    values = {
        "issuer": issuer,
        "second_issuer": second_issuer,
        "idp_origin": idp.ready.public_url,
        "ca_file": str(idp.ready.ca_file or ""),
    }
    if target.start:
        values |= {
            "port": str(free_port()),
            "client_id": target.client.client_id or provider.new_client_id(),
            "client_secret": target.client.client_secret or secrets.token_urlsafe(32),
        }
        values |= provider.second_client(target, values["client_id"], values["client_secret"])
    return target.resolve(**values)


def clock_skew(target: Target) -> float:
    """Seconds by which the RP's clock is ahead, from its Date header; 0 when small or unknown."""
    try:
        # Only the clock is read; whether the certificate is good is the user agent's business.
        with (
            httpx.Client(verify=False, trust_env=False, timeout=5) as client,
            client.stream("GET", target.base_url) as got,
        ):
            date = parsedate_to_datetime(got.headers["Date"])
    except (httpx.HTTPError, httpx.InvalidURL, KeyError, ValueError):
        return 0.0
    skew = date.timestamp() - time.time()
    return round(skew) if abs(skew) > MAX_SKEW else 0.0

"""A second instance of the target at an issuer of its own (docs/decisions/0010, 2).

What everybody at an issuer sees can be wrong there without any other case noticing. The instance is started with the
same command and environment as the first, on a port of its own; it ends with the case that wanted it.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mock_idp.client import ControlError
from mock_idp.misbehaviour import Misbehaviour
from suites.engine.context import RunContext
from suites.engine.lease import Leased
from suites.engine.verdicts import Concluded, Verdict
from targets.agent import NOTHING
from targets.errors import PORT_IN_USE, UNREACHABLE, TargetError
from targets.process import StartedTarget, free_port
from targets.shapes import AuthorizationResponse, Carrier, Page
from targets.target_schema import Target

if TYPE_CHECKING:
    from suites.engine.driver import Attempt, Driver, Registered

HONEST = Misbehaviour()
TRIES = 3
"""How often a port is looked for: another process may be faster with the one that was free."""


class Instance:
    """One instance of the target, and the issuer that it alone uses.

    `behaviour` is what the IdP does wrong there from the next login on. `refusal` says why the instance did not
    start, if it did not: an RP may refuse to with metadata that it cannot trust. Where the second IdP is the one that
    misbehaves (`second`), the first is an honest issuer of its own.
    """

    def __init__(self, driver: Driver, behaviour: Misbehaviour, *, second: bool = False) -> None:
        """Starts it. Concluded (NOT_APPLICABLE) where no second instance can be."""
        context = driver.context
        self._second = second
        self._beside: str | None = None
        self._driver, self.behaviour, self.refusal = driver, behaviour, ""
        self._pending: Registered | None = None
        self.attempts: list[str] = []
        _check(context)
        for left in reversed(range(TRIES)):
            self._make(context)
            try:
                self.start()
                break
            except TargetError as error:
                if error.code != PORT_IN_USE or not left:
                    self.stop()
                    raise

    def _make(self, context: RunContext) -> None:
        template, client = context.template, context.target.client
        assert template is not None
        values = {"port": str(free_port()), "client_id": client.client_id, "client_secret": client.client_secret}
        if (known := context.target.second_idp) is not None:
            values |= {"second_client_id": known.client_id, "second_client_secret": known.client_secret}
        target = template.resolve(**values)
        issuers = {"issuer": context.issuer, "second_issuer": context.second_issuer}
        if self._second:
            honest = self._driver.register(issuer=_like(context.issuer, target))
            self.attempts.append(honest.id)
            self._beside, issuers["issuer"] = honest.issuer["id"], honest.issuer["url"]
            owner = self._register(_like(context.second_issuer, target.at_second_idp))
        else:
            owner = self._register(_like(context.issuer, target))
        self.issuer_id = owner.issuer["id"]
        issuers["second_issuer" if self._second else "issuer"] = owner.issuer["url"]
        self.second_issuer = issuers["second_issuer"]
        values |= {**issuers, "idp_origin": context.idp_origin}
        values["ca_file"] = str(next(iter(context.ca_files), ""))
        assert context.target_log is not None
        self.log = context.target_log.with_name(f"instance-{secrets.token_hex(6)}.log")
        self._process = StartedTarget(template, values, self.log)
        self.target = self._process.target

    def start(self) -> None:
        """Start it, again or for the first time; one that refuses to is no error (see `refusal`)."""
        self.refusal = ""
        try:
            self._process.restart()
        except TargetError as error:
            if error.code != UNREACHABLE:
                raise
            self.refusal = error.message

    def stop(self) -> None:
        """End the process and let the IdP forget the issuer. May be called twice."""
        self._process.stop()
        with contextlib.suppress(ControlError):  # the mock may have ended before us, and the issuer with it
            self._driver.control.forget_attempts(self.attempts)

    def output(self) -> str:
        """What the instance printed."""
        return self._process.output_since(0)

    def behave(self, behaviour: Misbehaviour) -> None:
        """What the IdP does wrong here, from now on."""
        self.behaviour = behaviour
        self._register({"id": self.issuer_id})

    def registered(self, misbehaviour: Misbehaviour, *, hold: bool) -> Registered:
        """The attempt of the next login here: the one that has the issuer's requests already, if nobody has used it."""
        if misbehaviour != self.behaviour or self._pending is None or hold:
            self.behaviour = misbehaviour
            self._register({"id": self.issuer_id}, hold=hold)
        made, self._pending = self._pending, None
        assert made is not None
        return made

    def _register(self, issuer: Mapping[str, Any], *, hold: bool = False) -> Registered:
        made = self._pending = self._driver.register(self.behaviour, issuer=issuer, hold=hold, beside=self._beside)
        self.attempts.append(made.id)
        return made

    def requests(self, endpoint: str) -> list[dict[str, Any]]:
        """The exchanges with one endpoint of the issuer, of all logins and of none."""
        transcripts = [self._driver.control.transcript(attempt) for attempt in self.attempts]
        return [e for transcript in transcripts for e in transcript["exchanges"] if e["endpoint"] == endpoint]

    def rotate_keys(self, *, announced: bool) -> None:
        self._driver.control.rotate_keys(self.issuer_id, announced=announced)

    def seen_as_first(self, page: Page) -> Page:
        """The page as it would be at the first instance, of which the oracle has learned."""
        here, there = urlsplit(self.target.base_url).netloc, urlsplit(self._driver.context.target.base_url).netloc
        parts = urlsplit(page.url)
        return replace(page, url=parts._replace(netloc=there).geturl()) if parts.netloc == here else page


class Instances:
    """The instances of one worker: those of the present case, and an honest one that serves as control for many."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._open: list[Instance | Leased] = []
        self._honest: Instance | None = None
        self.starts = 0

    def open(self, behaviour: Misbehaviour = HONEST, *, second: bool = False) -> Instance:
        """A new instance, which ends with the case; `second`: its second IdP is the one that misbehaves."""
        made = self._started(behaviour, second=second)
        self._open.append(made)
        return made

    def for_one_login(self, behaviour: Misbehaviour) -> Instance | Leased:
        """A new instance; where the target runs already, that target with the issuer for itself."""
        template = self._driver.context.template
        if template is None or template.start is not None:
            return self.open(behaviour)
        made = Leased(self._driver, behaviour)
        self._open.append(made)
        return made

    def control(self, behaviour: Misbehaviour, *, afresh: bool) -> Instance | Leased | None:
        """Where the control logs in: for an honest one any honest instance will do, if it need not start anew.

        None: where everybody does, after a target that runs already has been given back.
        """
        if leased := [one for one in self._open if isinstance(one, Leased)]:
            for one in leased:
                one.stop()
            return self.for_one_login(behaviour) if behaviour.issuer_wide else None
        if behaviour or afresh:
            return self.open(behaviour)
        if self._honest is None:
            self._honest = self._started(HONEST)
            # The attempt that made the issuer stays when a case and its attempts are over, and the issuer with it.
            self._honest.behave(HONEST)
        return self._honest

    def _started(self, behaviour: Misbehaviour, *, second: bool = False) -> Instance:
        self.starts += 1
        return Instance(self._driver, behaviour, second=second)

    def output(self) -> str:
        """What the instances of the present case printed."""
        return "".join(instance.output() for instance in self._open)

    def release(self) -> None:
        """The case is over."""
        while self._open:
            self._open.pop().stop()

    def close(self) -> None:
        """The worker is done."""
        self.release()
        if self._honest is not None:
            self._honest.stop()
            self._honest = None


def server_of(issuer: str) -> str:
    """The id of the authorization server with this issuer identifier."""
    path = urlsplit(issuer).path.strip("/")
    return path.rpartition("/")[2] if path else "org"


def endpoint_of(issuer: str, name: str) -> str:
    """The URL of an endpoint (`authorize`, `token`, …) of the mock's authorization server."""
    return f"{issuer}{'' if urlsplit(issuer).path.strip('/') else '/oauth2'}/v1/{name}"


def _like(issuer: str, target: Target) -> dict[str, Any]:
    """An issuer of its own that is like this one, for this target's client."""
    client = target.client
    uris = {"redirect_uris": list(client.redirect_uris), "jwks_uri": client.jwks_uri}
    return {"like": server_of(issuer), "client_id": client.client_id, **uris}


def _check(context: RunContext) -> None:
    """Concluded (NOT_APPLICABLE) with the reason why there can be no second instance."""
    if context.template is None or context.template.start is None:
        reason = "a sequence of logins needs an instance of its own, and this target is not started by us"
    elif "{port}" not in context.template.base_url:
        reason = "the target's port is fixed, so no second instance of it can run: use {port} in base_url"
    else:
        return
    raise Concluded(Verdict.NOT_APPLICABLE, reason=reason)


class Unopened:
    """The profile of somebody at a target that refused to start: there is nothing to open."""

    def __init__(self, refusal: str, url: str) -> None:
        self._page = Page(url, 0, refusal, "", "")

    def start_login(self, *, query: Mapping[str, str] = NOTHING, headers: Mapping[str, str] = NOTHING) -> Page:  # noqa: ARG002
        return self._page

    def deliver(self, response: AuthorizationResponse) -> Page:  # noqa: ARG002
        return self._page

    def frame(self, url: str) -> Page:  # noqa: ARG002
        return self._page

    def probe(self) -> Page:
        return self._page

    def renew(self) -> Page:
        return self._page

    def renew_at_once(self, count: int) -> tuple[Page, ...]:
        return (self._page,) * count

    def reload(self) -> Page:
        return self._page

    def log_out(self) -> Page:
        return self._page

    def readable(self) -> str:
        return ""

    def strict_cookies(self) -> list[str]:
        return []

    def recarry(self, carrier: Carrier) -> None:
        """Nobody asks."""

    def retarget(self, target: Target) -> None:
        """There is nothing to start."""

    def evidence(self, directory: Path, stem: str) -> list[str]:  # noqa: ARG002
        return []

    def close(self) -> None:
        """Nothing is open."""


def refused(attempt: Attempt) -> bool:
    """Whether the target of this attempt refused to start."""
    return isinstance(attempt.profile, Unopened)

"""Vendors' guides, followed click by click in the console: the login works, and the doctor knows a wrong click.

`make test` walks each guide to its end, and a few times wrongly; `make walks` leaves out or spoils every single step.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from gauntlet.__main__ import main
from mock_idp.launcher import AttachedIdp, Ready
from suites.engine.guides import as_guide
from targets.target_file import load
from tests.front_door.running import ROOT
from tests.walks import application
from tests.walks.clicks import Clicks
from tests.walks.openmetadata import OPENMETADATA
from tests.walks.toky import TOKY
from tests.walks.tooljet import TOOLJET
from tests.walks.upflow import UPFLOW
from tests.walks.walk import Walk, Wrong

pytestmark = pytest.mark.browser
WALKS = {walk.target: walk for walk in (TOKY, TOOLJET, OPENMETADATA, UPFLOW)}
EVERY = os.environ.get("WALKS") == "all"
LIMIT = 12_000
"""Milliseconds for a click."""
ORG = """\
name = "Acme"
[[users]]
login = "ada@example.com"
password = "correct horse"
groups = ["Everyone", "Finance"]
[[authorization_servers]]
id = "default"
policies = []
"""
"""As empty as Okta gives it: the person at the console, a group, and the server `default`, which lets nobody in."""
Finding = Mapping[str, Any]


@dataclass(frozen=True)
class Org:
    """The mock of one guide; `folder` is where it keeps its state."""

    ready: Ready
    folder: Path
    walk: Walk


@pytest.fixture(scope="module")
def org(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Org]:
    walk, folder = WALKS[request.param], tmp_path_factory.mktemp(request.param)
    (folder / "org.toml").write_text(ORG, encoding="utf-8")
    with started_by_hand(folder / "org.toml", folder / "state") as ready:
        yield Org(ready, folder, walk)


@contextmanager
def started_by_hand(config: Path, state: Path) -> Iterator[Ready]:
    """`gauntlet idp`, which says in its state directory where it is; so the doctor finds it."""
    words = [sys.executable, "-m", "gauntlet", "idp", "--config", str(config), "--state-dir", str(state)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline()  # it is printed when the mock is up
        try:
            yield AttachedIdp(state).ready
        finally:
            process.terminate()
            process.wait(10)


@contextmanager
def profile(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context()
    context.set_default_timeout(LIMIT)
    yield context
    context.close()


@dataclass(frozen=True)
class Finished:
    """A walk that is done. `start` is where the application's login begins, `noted` what the person knows."""

    org: Org
    start: str
    noted: dict[str, str]

    def doctor(self, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
        """What `gauntlet doctor` says of it with the guide."""
        walk = self.org.walk
        renews = "offline_access" in walk.environment.get("SCOPE", "")
        file = application.target_file(self.org.folder, self.start, self.org.ready.public_url, renews)
        words = [str(file), "--guide", walk.target, "--typed-issuer", self.noted["issuer"]]
        capsys.readouterr()
        code = main(["doctor", *words, "--state-dir", str(self.org.folder / "state"), "--json"])
        out, err = capsys.readouterr()
        assert code in (0, 1), err
        found: dict[str, Any] = json.loads(out)
        return found


@contextmanager
def walked(org: Org, chromium: Browser, label: str, wrong: Wrong | None = None) -> Iterator[Finished]:
    """The guide's clicks, and the application as it was then told."""
    walk = org.walk
    with application.address() as listener, profile(chromium) as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.goto(org.ready.admin_url)
        clicks = Clicks(page, {"base_url": application.base_url(listener), "label": label})
        way = {**walk.way, **(wrong.instead if wrong else {})}
        for part in way.values():
            clicks.follow(part)
        told = {**walk.environment, **(wrong.environment if wrong else {})}
        told |= {"ISSUER": "{issuer}", "CLIENT_ID": "{client_id}", "CLIENT_SECRET": "{client_secret}"}
        noted = {"client_secret": "", **clicks.noted}
        with application.running(listener, {name: text.format(**noted) for name, text in told.items()}) as start:
            yield Finished(org, start, noted)


def sign_in(page: Page) -> None:
    page.get_by_label("Username").fill("ada@example.com")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()


def log_in(page: Page, finished: Finished, label: str) -> Page:
    """From the tile or from the application; the page that the person ends at."""
    if finished.org.walk.login == "app":
        page.goto(finished.start)
        sign_in(page)
        return page
    page.goto(f"{finished.org.ready.public_url}/app/UserHome")
    sign_in(page)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=f"Launch {label}", exact=True).click()
    return opened.value


@pytest.mark.parametrize(
    "org", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in WALKS], indirect=True
)
def test_to_the_end(org: Org, chromium: Browser, capsys: pytest.CaptureFixture[str]) -> None:
    label = org.walk.label
    with walked(org, chromium, label) as finished:
        with profile(chromium) as context:
            page = log_in(context.new_page(), finished, label)
            page.wait_for_url(re.compile(re.escape(finished.noted["base_url"] + application.PROBE)))
            expect(page.get_by_role("main")).to_contain_text("ada@example.com")
        said = finished.doctor(capsys)
    wrong = [one for one in said["findings"] if one["severity"] != "note"]
    assert not wrong
    assert (said["exit"], said["login"]["signed_in"], said["app"]) == (0, True, label)


def variants() -> list[Any]:
    """Guide and wrong step; those of `make test`, or all."""
    return [
        pytest.param(name, wrong, marks=pytest.mark.xdist_group(name), id=f"{name}: {wrong.step}, {wrong.how}")
        for name, walk in WALKS.items()
        for wrong in walk.wrong
        if EVERY or wrong.usual
    ]


@pytest.mark.parametrize(("org", "wrong"), variants(), indirect=["org"])
def test_the_doctor_names_the_step(
    org: Org, wrong: Wrong, chromium: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    label = f"{org.walk.label} {org.walk.wrong.index(wrong) + 2}"
    with walked(org, chromium, label, wrong) as finished:
        said = finished.doctor(capsys)
    told = [(one["step"], one["id"], one["severity"]) for one in said["findings"]]
    assert any(step == wrong.step and not name.startswith("guide.unneeded.") for step, name, _ in told), told
    needed = {step.id: step.needed for step in steps(org.walk)}[wrong.step]
    worst = "error" if needed == "yes" else ""
    assert not worst or (wrong.step, worst) in {(step, severity) for step, _, severity in told}, told
    elsewhere = {step for step, _, severity in told if severity == "error"} - {wrong.step, "", *wrong.instead}
    assert not elsewhere, told


def steps(walk: Walk) -> tuple[Any, ...]:
    guide = as_guide(load(walk.target).guide)
    assert guide is not None
    return guide.steps


@pytest.mark.parametrize("walk", WALKS.values(), ids=str)
def test_every_step_is_walked_and_spoilt(walk: Walk) -> None:
    known = [step.id for step in steps(walk)]
    assert [one for one in walk.way if one not in known and not one.startswith("(")] == []
    assert [one for one in known if one not in walk.way and one != "email-claim"] == []
    assert [one for one in known if one not in {wrong.step for wrong in walk.wrong}] == []
    assert [one for wrong in walk.wrong for one in wrong.instead if one not in walk.way] == []

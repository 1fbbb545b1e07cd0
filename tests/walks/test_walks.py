"""Vendors' guides, followed click by click in the console: the login works, and the doctor knows a wrong click.

`make acceptance` walks each guide to its end, and a few times wrongly; `make walks` leaves out or spoils every single
step.
"""

from __future__ import annotations

import contextlib
import functools
import io
import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from gauntlet.__main__ import main
from suites.engine.guides import as_guide
from targets.target_file import load
from tests.walks import application
from tests.walks.journey import Finished, Org, empty_org, log_in, profile, walked
from tests.walks.openmetadata import OPENMETADATA
from tests.walks.toky import TOKY
from tests.walks.tooljet import TOOLJET
from tests.walks.upflow import UPFLOW
from tests.walks.walk import Walk, Wrong

pytestmark = pytest.mark.browser
WALKS = {walk.target: walk for walk in (TOKY, TOOLJET, OPENMETADATA, UPFLOW)}
EVERY = os.environ.get("WALKS") == "all"


def doctor(finished: Finished) -> dict[str, Any]:
    """What `gauntlet doctor` says of it with the guide."""
    org, walk = finished.org, finished.org.walk
    renews = "offline_access" in walk.environment.get("SCOPE", "")
    file = application.target_file(org.folder, finished.start, org.ready.public_url, renews)
    words = [str(file), "--guide", walk.target, "--typed-issuer", finished.noted["issuer"]]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["doctor", *words, "--state-dir", str(org.state), "--json"])
    assert code in (0, 1), err.getvalue()
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


Followed = Callable[[str], tuple[Org, dict[str, Any]]]


@pytest.fixture(scope="module")
def followed(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Followed]:
    """By guide: an org in which it was followed to its end, and what the doctor says then. Once for each guide."""
    with contextlib.ExitStack() as stack:

        @functools.cache
        def of(guide: str) -> tuple[Org, dict[str, Any]]:
            org = stack.enter_context(empty_org(tmp_path_factory.mktemp(guide), WALKS[guide]))
            return org, to_the_end(org, chromium)

        yield of


def to_the_end(org: Org, chromium: Browser) -> dict[str, Any]:
    """The guide's clicks and a login in the browser; what the doctor says then."""
    with walked(org, chromium, org.walk.label) as finished:
        with profile(chromium) as context:
            page = log_in(context.new_page(), finished, org.walk.label)
            page.wait_for_url(finished.noted["base_url"] + application.PROBE)
            expect(page.get_by_role("main")).to_contain_text("ada@example.com")
        return doctor(finished)


def named(said: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Step, id and severity of the findings."""
    return {(one["step"], one["id"], one["severity"]) for one in said["findings"]}


@pytest.mark.parametrize("guide", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in WALKS])
def test_to_the_end(followed: Followed, guide: str) -> None:
    org, said = followed(guide)
    assert [one for one in named(said) if one[2] != "note"] == []
    assert (said["exit"], said["login"]["signed_in"], said["app"]) == (0, True, org.walk.label)


def variants() -> list[Any]:
    """Guide and wrong step; those of `make acceptance`, or all."""
    return [
        pytest.param(name, wrong, marks=pytest.mark.xdist_group(name), id=f"{name}: {wrong.step}, {wrong.how}")
        for name, walk in WALKS.items()
        for wrong in walk.wrong
        if EVERY or wrong.usual
    ]


@pytest.mark.parametrize(("guide", "wrong"), variants())
def test_the_doctor_names_the_step(followed: Followed, guide: str, wrong: Wrong, chromium: Browser) -> None:
    """With an error where no login works without it, and with nothing that it says of a guide well followed, too."""
    org, usual = followed(guide)
    label = f"{org.walk.label} {org.walk.wrong.index(wrong) + 2}"
    with walked(org, chromium, label, wrong) as finished:
        said = named(doctor(finished))
    told = said - named(usual)
    mine = {severity for step, _, severity in told if step == wrong.step}
    needed = next(step.needed for step in steps(org.walk) if step.id == wrong.step)
    assert mine if needed != "yes" else "error" in mine, said
    elsewhere = {step for step, _, severity in told if severity == "error"} - {wrong.step, "", *wrong.instead}
    assert not elsewhere, said


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

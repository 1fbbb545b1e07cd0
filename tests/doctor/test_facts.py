"""What the doctor is shown: the console's way to it, and the control API's."""

from __future__ import annotations

from mock_idp.app import create_app
from mock_idp.doctor.examination import examine
from mock_idp.doctor_facts import facts
from tests.doctor.clinic import Clinic
from tests.mock_idp.okta import ORIGIN


def test_the_console_sees_what_the_command_sees(clinic: Clinic) -> None:
    clinic.app(assigned=False)
    clinic.login(redirect_uri="https://rp.example/other")
    app = create_app(clinic.okta.idp)
    with app.test_request_context("/"):
        seen = facts(clinic.okta.idp, clinic.client_id, clinic.okta.transcript(clinic.attempt or ""))
    assert seen.settings.app == clinic.facts().settings.app
    assert seen.party.base_url == "https://rp.example"
    assert [one.id for one in examine(seen)] == [one.id for one in clinic.findings()]


def test_requests_long_before_a_login_are_not_its_applications(clinic: Clinic) -> None:
    clinic.app()
    clinic.okta.rp.get(f"{ORIGIN}/oauth2/nobody/.well-known/openid-configuration")
    clinic.okta.clock.advance(60)
    clinic.okta.rp.get(f"{ORIGIN}/oauth2/default/.well-known/openid-configuration")
    clinic.login()
    transcript = clinic.okta.transcript(clinic.attempt or "")
    with create_app(clinic.okta.idp).test_request_context("/"):
        seen = facts(clinic.okta.idp, clinic.client_id, transcript)
        alone = facts(clinic.okta.idp, clinic.client_id)
    assert [one["url"].removeprefix(ORIGIN) for one in seen.login.unbound] == [
        "/oauth2/default/.well-known/openid-configuration"
    ]
    assert alone.login.everything == []


def test_an_app_that_is_not_there_has_no_settings(clinic: Clinic) -> None:
    clinic.client_id = "0oaNobody"
    found = clinic.facts()
    assert found.settings.app is None
    assert [(one.id, one.message) for one in examine(found)] == [
        ("client.unknown", "No app of this org has the client id '0oaNobody'.")
    ]


def test_the_control_api_lists_the_apps(clinic: Clinic) -> None:
    clinic.app(label="Mine")
    apps = (clinic.okta.control("GET", "/doctor").json or {})["apps"]
    assert {"client_id": clinic.client_id, "label": "Mine", "redirect_uris": ["https://rp.example/callback"],
            "learned": False} in apps  # fmt: skip

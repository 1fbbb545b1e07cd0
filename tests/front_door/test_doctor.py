"""`gauntlet doctor`: what it says of targets that it starts, and of what people have set up by hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.front_door.running import ROOT, Finished, Running, wait_for
from tests.front_door.target_files import free_port, started

MEMBERS = [
    *("format", "target", "base_url", "issuer", "client_id", "app", "guide", "login", "counts", "findings", "exit"),
]
OF_FINDING = ["id", "severity", "message", "where", "label", "field", "fix", "step", "evidence"]


def doctor(*words: str, home: Path) -> Finished:
    """`gauntlet doctor`, to its end; `home` is where state is kept."""
    return Running(["-m", "gauntlet", "doctor", *words], home).finish()


def found(run: Finished) -> dict[str, dict[str, Any]]:
    """The findings of a run with --json that are more than notes."""
    return {one["id"]: one for one in json.loads(run.out)["findings"] if one["severity"] != "note"}


# ---- a target that is started -------------------------------------------------------------------------------


IN_A_BROWSER = pytest.param("upflow", marks=[pytest.mark.third_party, pytest.mark.browser])


@pytest.mark.parametrize("name", ["toky", "tooljet", "tooljet-workspace", IN_A_BROWSER, "upflow-rest"])
def test_a_shipped_target_is_set_up_as_its_guide_says(name: str, tmp_path: Path) -> None:
    run = doctor(name, home=tmp_path).or_skipped()
    assert run.code == 0, run.out + run.err
    assert run.out.startswith(f"target  {name}  http://127.0.0.1:")
    assert "login   the person is signed in\n" in run.out
    assert run.out.endswith("exit 0: nothing is wrong\n")
    assert run.left == []
    assert not (tmp_path / "results.json").exists()


@pytest.mark.third_party
@pytest.mark.browser
def test_a_warning_does_not_fail_a_run(tmp_path: Path) -> None:
    file = tmp_path / "untrusted.toml"
    file.write_text(f'extends = "{ROOT}/targets/openmetadata/target.toml"\n[client]\ntrusted_origins = []\n')
    run = doctor(str(file), "--json", home=tmp_path).or_skipped()
    assert run.code == 0
    assert {name: one["step"] for name, one in found(run).items()} == {"cors.not-trusted": "base-uri"}


def test_it_explains_a_login_that_fails(tmp_path: Path) -> None:
    file = started(tmp_path, "", ('["{base_url}/callback"]', '["{base_url}/callback/"]'))
    run = doctor(file, home=tmp_path)
    assert run.code == 1, run.out + run.err
    base_url = run.out.split("\n")[0].split("  ")[-1]
    assert (
        f"ERROR   The application sends redirect_uri {base_url}/callback, registered: {base_url}/callback/.  "
        "(redirect-uris.not-registered)\n"
        "  where Applications → habitual → General → Login → Sign-in redirect URIs\n"
        "  API   app.settings.oauthClient.redirect_uris\n"
        f"  fix   Add {base_url}/callback (the comparison is exact: a slash at the end).\n"
    ) in run.out
    assert run.out.endswith("exit 1: mend the errors\n")
    assert run.left == []


def test_programs_get_json(tmp_path: Path) -> None:
    file = started(tmp_path, "", ('redirect_uris = ["{base_url}/callback"]', 'redirect_uris = ["{base_url}/other"]'))
    run = doctor(file, "--json", home=tmp_path)
    document = json.loads(run.out)
    assert list(document) == MEMBERS
    assert (document["format"], document["exit"], run.code) == (1, 1, 1)
    assert document["counts"] == {"error": 1, "warning": 0, "note": len(document["findings"]) - 1}
    assert [list(one) for one in document["findings"]] == [OF_FINDING] * len(document["findings"])
    assert document["login"]["signed_in"] is False
    assert document["guide"] is None


def test_the_page_about_it_has_every_member() -> None:
    page = (ROOT / "docs" / "doctor.md").read_text(encoding="utf-8")
    assert [name for name in (*MEMBERS, *OF_FINDING) if f'"{name}":' not in page] == []


# ---- what cannot be looked at -------------------------------------------------------------------------------


def test_a_target_that_does_not_answer(tmp_path: Path) -> None:
    idp, nobody = free_port(), free_port()
    words = (f"http://127.0.0.1:{nobody}/login", "--issuer", f"http://127.0.0.1:{idp}")
    message = doctor(*words, home=tmp_path).refused(21)
    assert message.startswith(f"gauntlet: the target at http://127.0.0.1:{nobody} cannot be reached: ")
    assert message.endswith(" Does it run?\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nobody",), "gauntlet: nobody: neither a file, nor a URL, nor a shipped target"),
        (("toky", "--guide", "reference"), "gauntlet: --guide reference: the target file "),
        (
            ("toky", "--guide", "nobody"),
            "gauntlet: --guide nobody: neither a target file nor a guide of ours: Collate, Toky, ToolJet, Upflow\n",
        ),
        (("http://127.0.0.1:3000/",), "gauntlet: 127.0.0.1:3000 is not started by us, so the mock must listen where"),
        (
            ("http://127.0.0.1:3000/", "--issuer", "dev-1.okta.com"),
            "gauntlet: --issuer dev-1.okta.com: where the mock listens is a URL, as in http://127.0.0.1:8090; what was "
            "typed into the application goes to --typed-issuer\n",
        ),
    ],
)
def test_what_is_wrong_on_the_command_line(words: tuple[str, ...], message: str, tmp_path: Path) -> None:
    assert doctor(*words, home=tmp_path).refused(20).startswith(message)


# ---- set up by hand -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ByHand:
    """A mock that somebody has started, an app that they have made in it, and the application at `base_url`."""

    idp: str
    base_url: str
    client_id: str
    home: Path

    def doctor(self, *words: str) -> Finished:
        return doctor(f"{self.base_url}/login", "--issuer", f"{self.idp}/oauth2/default", *words, home=self.home)

    @property
    def state(self) -> Path:
        return self.home / "state" / "rp-gauntlet" / self.idp.removeprefix("http://").replace(":", "_")

    def app(self) -> dict[str, Any]:
        headers = {"Authorization": "SSWS by-hand"}
        found: dict[str, Any] = httpx.get(
            f"{self.idp}/api/v1/apps/{self.client_id}", headers=headers, trust_env=False
        ).json()
        return found


@contextmanager
def served(command: list[str], ready: str, environment: Mapping[str, str]) -> Iterator[None]:
    """A program that runs until the end of the block."""

    def answers() -> bool:
        try:
            return httpx.get(ready, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    inherited = {**os.environ, **environment}
    quiet = subprocess.DEVNULL
    with subprocess.Popen([sys.executable, *command], cwd=ROOT, env=inherited, stdout=quiet, stderr=quiet) as process:
        try:
            assert wait_for(answers, 60)
            yield
        finally:
            process.terminate()
            process.wait(10)


@contextmanager
def set_up(home: Path, **members: Any) -> Iterator[ByHand]:
    """`gauntlet idp`, an app with these members, assigned to nobody, and the reference relying party."""
    idp_port, port = free_port(), free_port()
    idp, base_url = f"http://127.0.0.1:{idp_port}", f"http://127.0.0.1:{port}"
    words = ["-m", "gauntlet", "idp", "--port", str(idp_port), "--api-token", "by-hand"]
    state = {"XDG_STATE_HOME": str(home / "state")}
    with served(words, f"{idp}/.well-known/openid-configuration", state):
        client = {"application_type": "web", "grant_types": ["authorization_code"], "response_types": ["code"]}
        client |= {"redirect_uris": [f"{base_url}/callback"]} | members
        app = {"name": "oidc_client", "label": "By hand", "signOnMode": "OPENID_CONNECT"}
        body = app | {"credentials": {"oauthClient": {}}, "settings": {"oauthClient": client}}
        headers = {"Authorization": "SSWS by-hand"}
        answer = httpx.post(f"{idp}/api/v1/apps", json=body, headers=headers, trust_env=False)
        made = answer.json()["credentials"]["oauthClient"]
        settings = {"ISSUER": f"{idp}/oauth2/default", "BASE_URL": base_url, "PORT": str(port)}
        settings |= {"CLIENT_ID": made["client_id"], "CLIENT_SECRET": made["client_secret"]}
        with served(["-m", "targets.reference"], f"{base_url}/healthz", settings):
            yield ByHand(idp, base_url, made["client_id"], home)


def test_it_reads_the_org_of_the_mock_that_runs(tmp_path: Path) -> None:
    with set_up(tmp_path) as by_hand:
        before = by_hand.app()
        run = by_hand.doctor("--json")
        assert run.code == 1, run.err
        assert (json.loads(run.out)["app"], json.loads(run.out)["client_id"]) == ("By hand", by_hand.client_id)
        assert json.loads(run.out)["login"]["signed_in"] is True
        assert list(found(run)) == ["assignment.nobody"]
        assert by_hand.app() == before
        assert (by_hand.state / "running.json").stat().st_mode & 0o077 == 0
    assert not (by_hand.state / "running.json").exists()


def test_a_guide_and_an_issuer_can_be_named(tmp_path: Path) -> None:
    with set_up(tmp_path) as by_hand:
        issuer = f"{by_hand.idp}/oauth2/default"
        typed = f"{issuer.removeprefix('http://')}/"
        run = by_hand.doctor("--json", "--guide", "Upflow", "--typed-issuer", typed)
    steps = {name: one["step"] for name, one in found(run).items()}
    assert json.loads(run.out)["guide"] == "Upflow"
    assert steps == {
        "issuer.no-scheme": "issuer",
        "issuer.trailing-slash": "issuer",
        "assignment.nobody": "assignments",
        "guide.redirect-uri": "redirect-uri",
    }
    assert found(run)["issuer.no-scheme"]["fix"] == f"Type '{issuer}'."
    assert found(run)["issuer.trailing-slash"]["fix"] == f"Type '{issuer}'."


def test_without_the_mock_it_starts_one_with_the_same_org(tmp_path: Path) -> None:
    with set_up(tmp_path) as by_hand:
        port = by_hand.base_url.rpartition(":")[2]
        secret = json.loads((by_hand.state / "org.json").read_text())
        assert by_hand.client_id in json.dumps(secret)
    file = tmp_path / "target.toml"
    file.write_text(
        f'base_url = "{by_hand.base_url}"\n[client]\nclient_id = "{by_hand.client_id}"\n[login]\nurl = "/login"\n'
    )
    settings = {"ISSUER": f"{by_hand.idp}/oauth2/default", "BASE_URL": by_hand.base_url, "PORT": port}
    settings |= {"CLIENT_ID": by_hand.client_id, "CLIENT_SECRET": "not-that-one"}
    with served(["-m", "targets.reference"], f"{by_hand.base_url}/healthz", settings):
        run = doctor(str(file), "--issuer", settings["ISSUER"], "--json", home=tmp_path)
    assert run.code == 1, run.err
    assert list(found(run)) == ["client.wrong-secret", "assignment.nobody"]
    assert json.loads(run.out)["app"] == "By hand"
    assert "not-that-one" not in run.out
    assert run.left == []

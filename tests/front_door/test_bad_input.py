"""Everything that can be wrong before a case can run: one message, its own exit code, nothing left behind."""

from __future__ import annotations

import datetime
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.front_door.running import check, check_here
from tests.front_door.target_files import free_port, running, started
from tests.targets.server import Reply, serving

CASE = ("--case", "state.sends-state")
NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)

# ---- the command line and the target file ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], ["say which relying party"]),
        (["--workers", "0", "reference"], ["--workers 0: expected"]),
        (["nowhere"], ["nowhere: neither a file, nor a URL, nor a shipped target", "reference"]),
        (["referense"], ["did you mean 'reference'"]),
        (["missing.toml"], ["missing.toml: no such target file"]),
        (["http://"], ["no host"]),
        (["http://127.0.0.1:1/login"], ["not started by us", "--issuer URL"]),
        (["reference", "--case", "state.sends-stat"], ["no case matches --case", "state.sends-state"]),
        (["reference", "--suite", "id_tokn"], ["there is no suite 'id_tokn'; did you mean 'id-token'?"]),
        (["reference", "--workers", "many"], ["--workers many: expected a number from 1, or auto"]),
        (["reference", "--browser", "lynx"], ["invalid choice: 'lynx'"]),
        (["reference", "--headed"], ["--browser chromium"]),
        (["reference", "--headed", "--browser", "chromium"], ["there is none here (DISPLAY is not set)"]),
        (["reference", "--idp-port", "70000"], ["--idp-port 70000"]),
        (["reference", "--issuer", "ftp://idp.example"], ["'ftp://idp.example' is not an http or https URL"]),
        (["reference", "--issuer", "http://127.0.0.1:99999/"], ["is not a URL", "0-65535"]),
        (["spa", "--browser", "none"], ["spa can only be driven with a browser", "leave --browser none out"]),
    ],
    ids=lambda value: " ".join(value) if value and value[0] not in ("", None) else "none",
)
def test_a_wrong_command_line(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    told: list[str],
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    code = 27 if words[:1] == ["spa"] or words[-1:] == ["chromium"] else 20
    check_here(capsys, *words, report=tmp_path / "out").refused(code, *told)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('url = "/login"', "url = /login", ["this is not TOML", "line 6"]),
        ("redirect_uris", "redirect_urls", ["redirect_urls", "redirect_uris"]),
        ('probe = "/me"', "probe = 3", ["[session] probe", "3"]),
        ("{issuer}", "{isuer}", ["unknown placeholder {isuer}"]),
        ("{issuer}", "${NOT_SET}", ["the environment variable NOT_SET is not set"]),
    ],
    ids=["not TOML", "unknown key", "wrong type", "placeholder", "environment"],
)
def test_a_malformed_target_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, told: list[str]
) -> None:
    file = started(tmp_path, "exit", (old, new))
    check_here(capsys, file, *CASE, report=tmp_path / "out").refused(20, "target.toml: ", *told)


def test_a_report_directory_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out").write_text("a file")
    check_here(capsys, "reference", *CASE, report=tmp_path / "out" / "deeper").refused(
        20, "--report-dir", "no reports can be"
    )


def test_reports_of_an_earlier_run_do_not_survive_a_refused_one(tmp_path: Path) -> None:
    for name in ("results.json", "junit.xml", "index.html"):
        (tmp_path / name).write_text("of yesterday")
    check(started(tmp_path, "exit"), *CASE, report=tmp_path).refused(21)
    assert not list(tmp_path.glob("*.json")) + list(tmp_path.glob("*.xml")) + list(tmp_path.glob("*.html"))


# ---- starting --------------------------------------------------------------------------------------------------


def test_a_command_that_does_not_exist(tmp_path: Path) -> None:
    file = started(tmp_path, "", ("{python}", "no-such-program"))
    check(file, *CASE, report=tmp_path).refused(21, "habitual did not start", "no-such-program")


def test_a_command_that_exits(tmp_path: Path) -> None:
    check(started(tmp_path, "exit"), *CASE, report=tmp_path).refused(21, "code 3", "no database")


def test_a_command_that_never_gets_ready(tmp_path: Path) -> None:
    file = started(tmp_path, "never-ready", ("timeout = 20", "timeout = 1.5"))
    run = check(file, *CASE, report=tmp_path)
    run.refused(21, "gave no answer below 500 in 1.5 s")
    assert run.seconds < 30


def test_a_port_that_the_target_cannot_have(tmp_path: Path) -> None:
    with _listening() as port:
        file = started(tmp_path, "", ("{port}", str(port)))
        check(file, *CASE, report=tmp_path).refused(26, f"port {port}")


def test_a_port_that_the_mock_cannot_have(tmp_path: Path) -> None:
    with _listening() as port:
        issuer = f"http://127.0.0.1:{port}/oauth2/default"
        run = check("reference", *CASE, "--issuer", issuer, report=tmp_path)
        run.refused(26, f"port {port} on 127.0.0.1 is in use", "choose another port")


def test_no_browser(tmp_path: Path) -> None:
    hidden = {"PATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}
    run = check("reference", *CASE, "--browser", "chromium", report=tmp_path, **hidden)
    run.refused(27, "no chromium on this machine", "make browser")
    run = check("spa", *CASE, report=tmp_path, **hidden)
    run.refused(27, "no chromium on this machine", "make browser")


# ---- reaching it -----------------------------------------------------------------------------------------------


def test_nobody_is_there(tmp_path: Path) -> None:
    base_url = f"http://127.0.0.1:{free_port()}"
    file = running(tmp_path, base_url, _issuer())
    check(file, *CASE, report=tmp_path).refused(21, f"the target at {base_url} cannot be reached", "Does it run?")


def test_certificates_of_the_target(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    expired = _context(authority.issue_cert("127.0.0.1", not_before=NOW - 9 * DAY, not_after=NOW - DAY))
    with serving({}, expired) as site:
        file = running(tmp_path, site.url(), _issuer(), ("[idp]", 'ca_file = "ca.pem"\n[idp]'))
        run = check(file, *CASE, report=tmp_path)
        run.refused(25, f"the certificate of the target at {site.url()} has expired; renew it")
    with serving({}, _self_signed(tmp_path)) as site:
        run = check(running(tmp_path, site.url(), _issuer()), *CASE, report=tmp_path)
        run.refused(25, "of the target", "is self-signed", "ca_file in the target file")


def test_the_mocks_certificate_is_not_trusted(tmp_path: Path) -> None:
    file = started(tmp_path, "", ("[client]", "[idp]\ntls = true\n[client]"))
    check(file, *CASE, report=tmp_path).refused(25, "the target must trust", "ca.pem")


# ---- fitting together ------------------------------------------------------------------------------------------

UNHEARD = "http://127.0.0.1:9/oauth2/default"
Changes = tuple[tuple[str, str], ...]
MISFITS: dict[str, tuple[Changes, int, list[str]]] = {
    "another host": ((("{issuer}", UNHEARD),), 22, ["never asked the mock", "/oauth2/default"]),
    "another server": ((("{issuer}", "{idp_origin}"),), 22, ["belongs to another issuer", "/oauth2/default"]),
    "no such server": ((("{issuer}", "{idp_origin}/oauth2/other"),), 22, ["it asked the mock for", "/oauth2/other"]),
    "client id": ((('"{client_id}"', '"another-client"'),), 23, ["sends client_id 'another-client'", "[client]"]),
    "secret": ((('"{client_secret}"', '"wrong"'),), 23, ["its client secret is not the client_secret of [client]"]),
    "method": (
        (("[login]", 'token_endpoint_auth_method = "client_secret_post"\n[login]'),),
        23,
        ["authenticates with client_secret_basic", "token_endpoint_auth_method says client_secret_post"],
    ),
    "redirect URI": ((("/callback", "/elsewhere"),), 24, ["sends redirect_uri", "/callback'", "/elsewhere", "exact"]),
    "start page": ((('url = "/login"', 'url = "/healthz"'),), 22, ["did not lead to the IdP", "[login]"]),
    "blind probe": ((('probe = "/me"', 'probe = "/healthz"'),), 28, ["signs nobody in", "[session] probe"]),
}


@pytest.mark.parametrize("name", MISFITS)
def test_target_and_idp_do_not_fit(tmp_path: Path, name: str) -> None:
    changes, code, told = MISFITS[name]
    check(started(tmp_path, "", *changes), *CASE, report=tmp_path).refused(code, "habitual: ", *told)


def test_an_rp_that_signs_nobody_in(tmp_path: Path) -> None:
    check("mute", *CASE, report=tmp_path).refused(28, "mute: it got a code but never called", "nobody is let in here")


def test_an_rp_that_believes_everything(tmp_path: Path) -> None:
    check("gullible", *CASE, report=tmp_path).refused(29, "gullible trusts everything")


def test_hostile_text_of_a_target_is_harmless_on_the_terminal(tmp_path: Path) -> None:
    nasty = Reply("<title>x</title>\x1b]0;owned\x07\x1b[2Jgone\u202e", 500)
    with serving({"/me": lambda _: nasty, "/login": lambda _: nasty}) as site:
        run = check(running(tmp_path, site.url(), _issuer()), *CASE, report=tmp_path)
    message = run.refused(22, "status 500")
    assert not set("\x1b\x07\u202e") & set(message)


# ---- helpers ---------------------------------------------------------------------------------------------------


def _issuer() -> str:
    return f"http://127.0.0.1:{free_port()}/oauth2/default"


@contextmanager
def _listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(made)
    return made


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, NOW - DAY, NOW + DAY)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "self.pem").write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(pem) + private)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(folder / "self.pem")
    return made

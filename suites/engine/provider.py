"""How the mock is started for a target, and what it is told about the target's client."""

from __future__ import annotations

import ipaddress
import os
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mock_idp.client import Control, ControlError
from mock_idp.launcher import AttachedIdp, LaunchError, Ready, RunningIdp
from suites.engine.run_options import RunOptions
from suites.engine.verdicts import BAD_INPUT, SetupError
from targets.target_schema import Client, Target


@dataclass(frozen=True)
class Address:
    """Where an issuer's URL says that the mock listens."""

    scheme: str
    netloc: str
    host: str
    port: int

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.netloc}"


def address_of(url: str, what: str) -> Address:
    """Raises SetupError(20) for what is no http(s) URL with a host."""
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError as error:
        raise SetupError(f"{what} {url!r} is not a URL: {error}", BAD_INPUT) from None
    if scheme not in ("http", "https") or not host or port == 0:
        raise SetupError(f"{what} {url!r} is not an http or https URL", BAD_INPUT)
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise SetupError(f"{what} {url!r} must have no user, query or fragment", BAD_INPUT)
    return Address(scheme, parts.netloc, host, port or (443 if scheme == "https" else 80))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listen_address(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        raise SetupError(f"--idp-host {host}: expected an IP address, as in 0.0.0.0", BAD_INPUT) from None


def adopts(target: Target) -> bool:
    """Whether the mock has to learn the client from its first request, because nobody told us."""
    return target.start is None and not (target.client.client_id and target.client.redirect_uris)


def start_idp(options: RunOptions, target: Target, issuer: str, state: Path, log: Path) -> RunningIdp:
    """The mock where the target looks for it, or at a free port. SetupError 20 or 26, 11 for our own faults."""
    arguments = ["--state-dir", str(state)]
    tls = target.idp.tls
    if options.port is not None and not 0 < options.port < 65536:
        raise SetupError(f"--idp-port {options.port}: expected a port from 1 to 65535", BAD_INPUT)
    public = options.public_url
    if public:
        public = address_of(public, "--public-url").origin
    if issuer:
        address = address_of(issuer, "the issuer")
        # Behind a tunnel or proxy the issuer is the public URL's, and TLS ends there.
        tls = address.scheme == "https" and not public
        arguments += ["--port", str(options.port or address.port)]
        public = public or address.origin
        if not options.host and _is_loopback(address.host):
            arguments += ["--host", address.host]
    elif options.port:
        arguments += ["--port", str(options.port)]
    if options.host:
        arguments += ["--host", _listen_address(options.host)]
    if public:
        arguments += ["--public-url", public]
    if tls:
        arguments.append("--tls")
    if adopts(target):
        arguments.append("--adopt-clients")
    with log.open("wb") as handle:
        try:
            return RunningIdp(arguments, log=handle)
        except LaunchError as error:
            said = log.read_text(errors="replace").strip().removeprefix("mock_idp: ")
            raise SetupError(f"the mock Okta did not start: {said or error}", error.code) from None


def attached_idp(target: Target, state: Path) -> AttachedIdp | None:
    """The mock that runs already where a target that runs already looks for it, if there is one."""
    if target.start is not None:
        return None
    try:
        return AttachedIdp(state)
    except LaunchError:
        return None


def is_set_up(control: Control, target: Target) -> bool:
    """Whether somebody has set up the target's app, or any where the target file does not say which."""
    known = [app["client_id"] for app in control.apps() if not app["learned"]]
    return target.client.client_id in known if target.client.client_id else bool(known)


def persistent_state(options: RunOptions, target: Target, issuer: str) -> Path | None:
    """Where keys and clients stay, for a target that goes on running; None: they may go with the run.

    One folder for each address. The keys stay because the target has them in its cache.
    """
    if options.state_directory:
        folder = options.state_directory.absolute()
    elif target.start is None:
        folder = state_folder(issuer)
    else:
        return None
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise SetupError(
            f"the mock's keys cannot be kept in {folder}: {error.strerror}; say --state-dir DIR", BAD_INPUT
        ) from None
    if not os.access(folder, os.W_OK):
        raise SetupError(f"the mock's keys cannot be kept in {folder}: not writable; say --state-dir DIR", BAD_INPUT)
    return folder


def state_folder(issuer: str) -> Path:
    """Where the mock's keys are kept for this issuer when nobody says where. SetupError(20) for what is no URL."""
    address = address_of(issuer, "the issuer")
    return _state_home() / "rp-gauntlet" / f"{address.host}_{address.port}".replace(":", "-")


def _state_home() -> Path:
    if home := os.environ.get("XDG_STATE_HOME"):
        return Path(home)
    try:
        return Path.home() / ".local" / "state"
    except RuntimeError:
        raise SetupError("there is no home directory to keep the mock's keys in; say --state-dir DIR", BAD_INPUT) from (
            None
        )


def issuer_of(target: Target, issuer: str, ready: Ready, public_url: str | None = None) -> str:
    """The issuer that the target is to use. SetupError(20) when the mock does not serve it."""
    known = ", ".join(ready.issuers.values())
    if issuer and public_url:
        path = urlsplit(issuer).path.rstrip("/")
        issuer = f"{ready.public_url}{path}"
    if issuer and issuer not in ready.issuers.values():
        raise SetupError(f"the mock serves no issuer {issuer}; it serves: {known}", BAD_INPUT)
    found = issuer or ready.issuers.get(target.idp.server, "")
    if not found:
        raise SetupError(
            f"{target.name}: [idp] server {target.idp.server!r} does not exist; there are: {', '.join(ready.issuers)}",
            BAD_INPUT,
        )
    return found


def second_issuer_of(target: Target, ready: Ready) -> str:
    """The issuer of the target's second IdP; empty without one. SetupError(20) when the mock does not serve it."""
    if target.second_idp is None:
        return ""
    server = target.second_idp.server
    if server not in ready.issuers:
        known = ", ".join(ready.issuers)
        raise SetupError(f"{target.name}: [second_idp] server {server!r} does not exist; there are: {known}", BAD_INPUT)
    return ready.issuers[server]


def second_client(target: Target, client_id: str, client_secret: str) -> dict[str, str]:
    """The placeholders of the registration at the second IdP, for a target that we start."""
    second = target.second_idp
    if second is None:
        return {}
    if second.client_id == "{client_id}":
        return {"second_client_id": client_id, "second_client_secret": client_secret}
    return {
        "second_client_id": second.client_id or new_client_id(),
        "second_client_secret": second.client_secret or secrets.token_urlsafe(32),
    }


def new_client_id() -> str:
    """One of Okta's shape."""
    return f"0oa{secrets.token_hex(8)}G"


def register(control: Control, target: Target) -> None:
    """Tell the mock the clients of the target file; nothing of the first when it is to be adopted as a whole."""
    first = target.client
    clients = [] if adopts(target) else [first]
    if target.second_idp is not None:
        second = target.at_second_idp.client
        if second.client_id == first.client_id:  # one app of the org, which serves both
            both = dict.fromkeys([*first.redirect_uris, *second.redirect_uris])
            clients = [replace(first, redirect_uris=tuple(both))]
        else:
            clients.append(second)
    for client in clients:
        try:
            control.register_client(client.client_id, _settings(client, target.name))
        except ControlError as error:
            raise SetupError(f"[client] of {target.name}: {error}", BAD_INPUT) from None
    for origin in first.trusted_origins:
        try:
            control.trust_origin(origin)
        except ControlError as error:
            raise SetupError(f"[client] trusted_origins of {target.name}: {error}", BAD_INPUT) from None


def _settings(client: Client, label: str) -> dict[str, Any]:
    public = client.token_endpoint_auth_method == "none"
    return {
        "client_secret": "" if public else client.client_secret,
        "label": label,
        "application_type": client.application_type,
        "token_endpoint_auth_method": client.token_endpoint_auth_method,
        "redirect_uris": list(client.redirect_uris),
        "post_logout_redirect_uris": list(client.post_logout_redirect_uris),
        "initiate_login_uri": client.initiate_login_uri,
        "idp_initiated_login_mode": client.idp_initiated_login_mode,
        "hide_web": client.idp_initiated_login_mode == "DISABLED",
        "response_types": list(client.response_types),
        "grant_types": list(client.grant_types),
        "refresh_token_rotation": client.refresh_token_rotation,
        "userinfo_signed_response_alg": client.userinfo_signed_response_alg,
        "id_token_signed_response_alg": client.id_token_signed_response_alg,
        "id_token_encrypted_response_alg": client.id_token_encrypted_response_alg,
        "id_token_encrypted_response_enc": client.id_token_encrypted_response_enc,
        "jwks": [dict(jwk) for jwk in client.jwks],
        "jwks_uri": client.jwks_uri,
        # A secret that nobody told us is learned from the first token request.
        "adopted": not public and not client.client_secret,
    }

"""The mock's own certificate authority (trustme), kept in the state directory and exported for clients."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import trustme

from mock_idp.state import StateDirectory

CA_FILE, CA_KEY_FILE = "ca.pem", "ca.key"


@dataclass(frozen=True)
class TlsFiles:
    """PEM files: `ca` is what clients must trust; `certificate` and `key` are the server's."""

    ca: Path
    certificate: Path
    key: Path


def tls_files(state: StateDirectory, hosts: list[str]) -> TlsFiles:
    """A server certificate for `hosts` from the CA in the directory; both are made once and stay.

    The server's files are named after the hosts, so that mocks with different hosts can share a directory.
    """
    name = f"server-{hashlib.sha256(' '.join(hosts).encode()).hexdigest()[:12]}"
    files = TlsFiles(state.path / CA_FILE, state.path / f"{name}.pem", state.path / f"{name}.key")
    with state.locked():
        ca = authority(state)
        if not (files.certificate.exists() and files.key.exists()):
            made = ca.issue_cert(*hosts)
            state.write(files.key.name, made.private_key_pem.bytes().decode())
            state.write(files.certificate.name, "".join(blob.bytes().decode() for blob in made.cert_chain_pems))
    return files


def authority(state: StateDirectory) -> trustme.CA:
    """The authority of the directory, made when it is first needed."""
    certificate, key = state.path / CA_FILE, state.path / CA_KEY_FILE
    if certificate.exists() and key.exists():
        try:
            return trustme.CA.from_pem(certificate.read_bytes(), key.read_bytes())
        except ValueError:
            raise state.damaged(CA_FILE) from None
    ca = trustme.CA(organization_name="RP Gauntlet mock Okta")
    state.write(CA_KEY_FILE, ca.private_key_pem.bytes().decode())
    state.write(CA_FILE, ca.cert_pem.bytes().decode())
    # A server certificate of the authority before this one is worth nothing now.
    for stale in state.path.glob("server-*"):
        stale.unlink()
    return ca

"""The mock's own certificate authority (trustme), kept in the state directory and exported for clients."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import trustme

from mock_idp.keys import write_private


@dataclass(frozen=True)
class TlsFiles:
    """PEM files: `ca` is what clients must trust; `certificate` and `key` are the server's."""

    ca: Path
    certificate: Path
    key: Path


def tls_files(directory: Path, hosts: list[str]) -> TlsFiles:
    """A server certificate for `hosts` from the CA in `directory`; the CA is made once and stays."""
    authority, ca_key = directory / "ca.pem", directory / "ca.key"
    if authority.exists() and ca_key.exists():
        ca = trustme.CA.from_pem(authority.read_bytes(), ca_key.read_bytes())
    else:
        ca = trustme.CA(organization_name="RP Gauntlet mock Okta")
        write_private(ca_key, ca.private_key_pem.bytes().decode())
        write_private(authority, ca.cert_pem.bytes().decode())
    made = ca.issue_cert(*hosts)
    certificate, key = directory / "server.pem", directory / "server.key"
    write_private(certificate, "".join(blob.bytes().decode() for blob in made.cert_chain_pems))
    write_private(key, made.private_key_pem.bytes().decode())
    return TlsFiles(authority, certificate, key)

"""python -m tests.kill_matrix.unbound: an RP that lacks state, nonce and PKCE at once, so nothing binds a login."""

from __future__ import annotations

from targets.broken.nonce_pkce import SendsNoNonce, SendsNoPkce
from targets.broken.state import SendsNoState
from targets.reference.app import main


class Unbound(SendsNoState, SendsNoNonce, SendsNoPkce):
    """Three weaknesses, none of which lets another browser's response in alone."""


if __name__ == "__main__":
    main(Unbound)

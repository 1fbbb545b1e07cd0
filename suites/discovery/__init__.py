"""Metadata of the issuer (OpenID Connect Discovery)."""

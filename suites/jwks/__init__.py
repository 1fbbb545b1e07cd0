"""The keys of the issuer."""

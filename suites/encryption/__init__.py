"""Encrypted ID Tokens, of relying parties that are registered for them."""

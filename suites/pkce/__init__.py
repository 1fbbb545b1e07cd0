"""The authorization code is of use only to the login that asked for it."""

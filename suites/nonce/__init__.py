"""The ID Token belongs to the login that this browser started."""

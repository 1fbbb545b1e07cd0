"""The authorization response belongs to the login that this browser started."""

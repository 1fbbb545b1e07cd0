"""What the RP makes of its refresh token, and of what it gets for it."""

"""What the RP makes of the token endpoint's answer."""

"""Where the RP lets the IdP send the browser back to."""

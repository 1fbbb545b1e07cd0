"""Cases about requests that an IdP or a token can make the RP send."""

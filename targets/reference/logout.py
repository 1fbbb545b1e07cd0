"""Signing out at the IdP, too, where the settings say so. Source: OIDC RP-Initiated Logout 1.0, 2."""

from __future__ import annotations

from urllib.parse import urlencode

import flask

from targets.reference.foundation import Foundation
from targets.reference.token_response import Tokens

HINT = "id_token"


class Logouts(Foundation):
    def keep_hint(self, tokens: Tokens) -> None:
        """The ID Token tells the IdP whose session it is to end."""
        if self.settings.post_logout:
            flask.session[HINT] = tokens["id_token"]

    def after_logout(self) -> str:
        """Where the browser goes on: to the IdP, as long as the session says whose; asked before it ends."""
        hint = flask.session.get(HINT)
        endpoint = self.metadata().get("end_session_endpoint") if hint else None
        if not endpoint:
            return self.settings.post_logout or "/"
        back = f"{self.settings.base_url}{self.settings.post_logout}"
        return f"{endpoint}?{urlencode({'id_token_hint': hint, 'post_logout_redirect_uri': back})}"

"""Weaknesses that show after the login: when somebody loads a page again, signs out, or is not let in."""

from __future__ import annotations

from typing import Any

import flask
from werkzeug.datastructures import MultiDict

from targets.broken.registry import weakness
from targets.reference.rejection import Rejected
from targets.reference.relying_party import RelyingParty

_ENDED: dict[str, Any] = {}


@weakness("shows-page-at-callback")
class ShowsPageAtCallback(RelyingParty):
    """The login ends at the callback's own URL; loaded anew, it is a login that fails, and that ends the session."""

    def finish_login(self, received: MultiDict[str, str]) -> str:
        try:
            super().finish_login(received)
        except Rejected:
            self.log_out()
            raise
        flask.abort(flask.make_response("Welcome"))


@weakness("keeps-session-after-logout")
class KeepsSessionAfterLogout(RelyingParty):
    """The button leads to a page that says goodbye."""

    def log_out(self) -> None:
        pass


@weakness("answers-callback-twice")
class AnswersCallbackTwice(RelyingParty):
    """For who clicks twice, the outcome of each callback is kept, and given again."""

    def finish_login(self, received: MultiDict[str, str]) -> str:
        if user := _ENDED.get(received.get("code", "")):
            flask.session["user"] = user
            return "/me"
        page = super().finish_login(received)
        _ENDED[received.get("code", "")] = flask.session["user"]
        return page


@weakness("shows-blank-page")
class ShowsBlankPage(RelyingParty):
    """Nobody has made a page for logins that the IdP denies."""

    def check_error(self, parameters: dict[str, str]) -> None:
        if "error" in parameters:
            flask.abort(flask.make_response("", 403))

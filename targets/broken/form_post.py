"""Weaknesses of response_mode=form_post."""

from __future__ import annotations

import flask
from werkzeug.datastructures import MultiDict

from targets.broken.registry import weakness
from targets.broken.state import newest_state
from targets.reference.callback import KNOWN_PARAMETERS, WHAT
from targets.reference.rejection import Rejected
from targets.reference.relying_party import RelyingParty


@weakness("refuses-unknown-form-fields", of="form-post")
class RefusesUnknownFormFields(RelyingParty):
    """A form class that has to know every field."""

    def callback_parameters(self, received: MultiDict[str, str]) -> dict[str, str]:
        if set(received) - set(KNOWN_PARAMETERS):
            raise Rejected(WHAT, "the form has fields that are not known")
        return super().callback_parameters(received)


@weakness("crashes-on-posted-error", of="form-post")
class CrashesOnPostedError(RelyingParty):
    """`form["code"]`, before anybody asks for the error."""

    def check_error(self, parameters: dict[str, str]) -> None:
        parameters["code"]
        super().check_error(parameters)


@weakness("starts-again-after-error", of="form-post")
class StartsAgainAfterError(RelyingParty):
    """Whoever is not signed in is sent to the IdP, also when the IdP has just said no."""

    def check_error(self, parameters: dict[str, str]) -> None:
        if "error" in parameters:
            flask.abort(flask.redirect(self.start_login(), 303))


class AnyMethod(RelyingParty):
    """The callback is registered for GET and POST, whichever was asked for."""

    def received(self, method: str, query: MultiDict[str, str], form: MultiDict[str, str]) -> MultiDict[str, str]:
        return form if method == "POST" else query


@weakness("checks-state-of-posts-only", of="form-post")
class ChecksStateOfPostsOnly(AnyMethod):
    """The new handler for form posts checks the state, the old one for redirects is still there."""

    def find_state(self, received: str | None) -> str:
        return super().find_state(received) if flask.request.method == "POST" else newest_state(self)


@weakness("checks-state-of-redirects-only")
class ChecksStateOfRedirectsOnly(AnyMethod):
    """Forms are the business of a CSRF middleware, which leaves the callback out."""

    def find_state(self, received: str | None) -> str:
        return super().find_state(received) if flask.request.method == "GET" else newest_state(self)

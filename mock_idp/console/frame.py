"""What all pages of the console share: who may, the navigation, what was done, what is gone.

An area is a blueprint made by `area(name)`; its views return `page(…)`, or `done(…)` after a change, and raise ApiError
for what is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from mock_idp.console import access, kept
from mock_idp.console.forms import Form
from mock_idp.org.problems import ApiError
from mock_idp.protocol.exchange import current_idp
from mock_idp.web import form_token
from mock_idp.web.templates import Templates

_pages = Templates("mock_idp.console")
NAVIGATION: list[tuple[str, list[tuple[str, str, tuple[str, ...]]]]] = [
    ("", [("Overview", "/admin/", ())]),
    ("Applications", [("Applications", "/admin/apps/active", ("/admin/app", "/admin/apps"))]),
    (
        "Directory",
        [
            ("People", "/admin/users", ("/admin/user", "/admin/users")),
            ("Groups", "/admin/groups", ("/admin/group", "/admin/groups")),
        ],
    ),
    ("Security", [("API", "/admin/oauth2/as", ("/admin/oauth2", "/admin/access"))]),
    ("Gauntlet", [("Test bench", "/admin/bench", ("/admin/bench",))]),
]
"""Sections with their items: label, where it leads, and under which paths it is the current one, too."""


def area(name: str) -> Blueprint:
    """A blueprint under /admin for who is signed in there; `name` is for Flask."""
    made = Blueprint(f"console_{name}", __name__, url_prefix=access.PREFIX)
    made.before_request(_required)
    form_token.guard(made)
    made.register_error_handler(ApiError, refused)
    return made


def page(template: str, title: str, *, status: int = 200, **context: Any) -> Response:
    """A page of the console with its navigation, and what the change before it has done."""
    idp = current_idp()
    return _pages.page(
        template,
        title=f"{idp.org.name} - {title}",
        status=status,
        heading=title,
        org=f"{idp.org.name} Admin Console",
        home="/admin/",
        navigation=_navigation(),
        account={"label": idp.public_url.split("://")[-1], "href": ""},
        said=access.said(idp),
        styles=("console.css",),
        scripts=("console.js",),
        url_for=url_for,
        **context,
    )


def card(template: str, title: str, *, status: int = 200, **context: Any) -> Response:
    """A page for whoever is not signed in."""
    name = current_idp().org.name
    return _pages.page(
        template, title=f"{name} - {title}", styles=("console.css",), heading=title, org=name, status=status, **context
    )


def ask_to_sign_in(form: Form) -> Response:
    """The sign-in page; `from` is where to go on, `kept` a form that nobody was signed in for (`console.kept`)."""
    refused = bool(form.causes or form.text(kept.FIELD))
    return card("sign_in.html", "Sign in to the Admin Console", form=form, status=403 if refused else 200)


def _required() -> Response | None:
    """Who has no session is asked to sign in; what they have typed is not lost."""
    sent_away = access.required()
    typed = kept.sent() if sent_away else ""
    return ask_to_sign_in(Form.of(kept=typed)) if typed else sent_away


def done(text: str, endpoint: str, anchor: str | None = None, **values: Any) -> Response:
    """After a change: on to a page, which says what was done."""
    access.say(current_idp(), text)
    return access.leave_to(url_for(endpoint, _anchor=anchor, **values))


def refused(error: ApiError) -> Response:
    """A page for what is gone, or may not be done to what is there."""
    if error.status == 404:
        text = "What you are looking for was not found. It may have been deleted meanwhile."
        return page("refused.html", "Page not found", status=404, text=text, detail=error.summary)
    text = " ".join(error.causes) or error.summary
    return page("refused.html", "That cannot be done", status=error.status, text=text, detail=error.summary)


def now() -> int:
    return int(current_idp().clock.now())


def _navigation() -> list[dict[str, Any]]:
    return [{"label": label, "items": [_item(*item) for item in items]} for label, items in NAVIGATION]


def _item(label: str, href: str, also: tuple[str, ...]) -> Mapping[str, Any]:
    here = request.path
    return {"label": label, "href": href, "current": here == href or here.startswith(tuple(f"{p}/" for p in also))}

"""The pages that people and browsers see: sign-in and what follows it, errors, and the pages that carry responses.

They imitate what Okta's pages do and say, not how they look.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response
from jinja2 import Environment, Template

from mock_idp.org.app import App
from mock_idp.org.authorization_server import Scope
from mock_idp.protocol.exchange import current_idp

_SOURCE = re.compile(r"https?://[^\s;,'\"]+")
"""An origin that can stand in a Content-Security-Policy without ending its directive."""
_STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#5b6572;--line:#d5dae1;--paper:#fff;--back:#f3f5f8;--go:#1f5fbf}
@media (prefers-color-scheme:dark){
:root{--ink:#e8ebef;--soft:#a2acb8;--line:#39414c;--paper:#1c2129;--back:#12161b;--go:#7fb0ff}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--back);
color:var(--ink);font:16px/1.5 system-ui,sans-serif}main{width:min(26rem,92vw);background:var(--paper);
border:1px solid var(--line);border-radius:10px;padding:2rem}h1{font-size:1.25rem;margin:0 0 .25rem}
p{margin:.25rem 0 1rem;color:var(--soft);overflow-wrap:anywhere}label{display:block;font-weight:600;margin-top:1rem}
input{width:100%;padding:.6rem;margin-top:.25rem;border:1px solid var(--line);border-radius:6px;background:transparent;
color:inherit;font:inherit}button,a.button{display:block;width:100%;margin-top:1.5rem;padding:.65rem;border:0;border-radius:6px;
background:var(--go);color:var(--paper);font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer}
.error{color:inherit;border-left:4px solid #c0392b;padding:.4rem .8rem}.code{font-size:2.5rem;font-weight:700}
button.second{margin-top:.75rem;background:transparent;color:var(--ink);border:1px solid var(--line)}
input[type=checkbox]{width:auto}img.logo{display:block;max-width:8rem;max-height:4rem}
form+form{margin-top:2rem}
ul{margin:1rem 0 0;padding-left:1.2rem;overflow-wrap:anywhere}.small{font-size:.85rem;margin:1rem 0 0}
dl{margin:1.5rem 0 0;font-size:.85rem;color:var(--soft);overflow-wrap:anywhere}dd{margin:0 0 .4rem}
"""

_FRAME = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex,nofollow">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{{ title }}</title>
<style>{{ style | safe }}</style></head><body><main>{% block content %}{% endblock %}</main></body></html>"""

_templates = Environment(autoescape=True)
_templates.policies["json.dumps_kwargs"] = {}  # members stay in their order


def _page(content: str) -> Template:
    return _templates.from_string(_FRAME.replace("{% block content %}{% endblock %}", content))


_SIGN_IN = _page(
    """<h1>Sign In</h1><p>{{ org }} · {{ app }}</p>
{% if failed %}<p class="error" role="alert">Unable to sign in</p>{% endif %}
<form method="post" action="{{ action }}"><input type="hidden" name="okta_key" value="{{ okta_key }}">
<label for="identifier">Username</label>
<input id="identifier" name="identifier" autocomplete="username" value="{{ login_hint }}" required autofocus>
<label for="credentials">Password</label>
<input id="credentials" name="credentials" type="password" autocomplete="current-password" required>
<button type="submit">Sign in</button></form>""",
)

_FACTOR = _page(
    """<h1>Verify with your security method</h1><p>{{ org }} · {{ app }} · {{ login }}</p>
{% if failed %}<p class="error" role="alert" id="wrong">Your code doesn't match our records. Please try again.</p>
{% endif %}
<form method="post" action="{{ action }}"><input type="hidden" name="okta_key" value="{{ okta_key }}">
<label for="passCode">Enter Code</label>
<input id="passCode" name="passCode" inputmode="numeric" autocomplete="one-time-code" required autofocus
{%- if failed %} aria-invalid="true" aria-describedby="wrong"{% endif %}>
<button type="submit">Verify</button></form>""",
)

_SCOPES = """<ul>{% for scope in scopes %}<li><strong>{{ scope.display_name or scope.name }}</strong>
{% if scope.description %}<br>{{ scope.description }}{% endif %}</li>{% endfor %}</ul>"""

_CONSENT = _page(
    """<h1>{{ app }} would like to access:</h1><p>{{ org }} · {{ login }}</p>
{% if logo %}<img class="logo" src="{{ logo }}" alt="" referrerpolicy="no-referrer">{% endif %}
<form method="post" action="{{ action }}"><input type="hidden" name="okta_key" value="{{ okta_key }}">
<ul>{% for scope in scopes %}<li>{% if scope.optional %}
<label><input type="checkbox" name="scope" value="{{ scope.name }}" checked>{% endif %}
<strong>{{ scope.display_name or scope.name }}</strong>{% if scope.optional %}</label>{% endif %}
{% if scope.description %}<br>{{ scope.description }}{% endif %}</li>{% endfor %}</ul>
<button type="submit" name="consent" value="allow">Allow Access</button>
<button type="submit" name="consent" value="deny" class="second">Don't Allow</button></form>
<p class="small">By clicking Allow Access, you allow the actions listed above.</p>
{% if links %}<p class="small">{% for text, uri in links %}
<a href="{{ uri }}" target="_blank" rel="noopener noreferrer">{{ text }}</a>
{% endfor %}</p>{% endif %}""",
)

_ACTIVATE = _page(
    """<h1>Activate your device</h1>
<p>Follow the instructions on your device to get an activation code</p>
{% if failed %}<p class="error" role="alert" id="wrong">{{ failed }}</p>{% endif %}
<form method="post" action="{{ action }}"><label for="user_code">Activation Code</label>
<input id="user_code" name="user_code" value="{{ typed }}" autocomplete="off" autocapitalize="characters"
 spellcheck="false" required autofocus{% if failed %} aria-invalid="true" aria-describedby="wrong"{% endif %}>
<button type="submit">Next</button></form>""",
)

_APPROVE = _page(
    """<h1>{{ title }}</h1><p>{{ org }} · {{ login }}</p>
{% for item in items %}<form method="post" action="{{ action }}">
<input type="hidden" name="okta_key" value="{{ item.key }}"><p><strong>{{ item.app }}</strong></p>
{% if item.message %}<p>{{ item.message }}</p>{% endif %}
{% if item.scopes %}<p>would like to access:</p>{% with scopes = item.scopes %}"""
    + _SCOPES
    + """{% endwith %}{% endif %}
<button type="submit" name="answer" value="allow">{{ allow }}</button>
<button type="submit" name="answer" value="deny" class="second">{{ deny }}</button></form>
{% else %}<p>There is nothing to approve.</p>{% endfor %}""",
)

_ERROR = _page(
    """<div class="code">400</div><h1>Bad Request</h1>
<p>Your request resulted in an error. {{ description }}</p><a class="button" href="{{ home }}">Go to Homepage</a>
<dl><dd>Identity Provider: Unknown</dd><dd>Error Code: {{ error }}</dd><dd>Description: {{ description }}</dd></dl>""",
)

_PLAIN = _page("<h1>{{ title }}</h1><p>{{ text }}</p>")

_FORM_POST = _templates.from_string("""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Submit this form</title></head>
<body onload="document.forms[0].submit()"><form method="post" action="{{ action }}">
{% for name, value in parameters %}<input type="hidden" name="{{ name }}" value="{{ value }}">
{% endfor %}<noscript><button type="submit">Continue</button></noscript></form></body></html>""")

_POST_MESSAGE = _templates.from_string("""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Authorization response</title></head><body>
<script>(window.opener || window.parent).postMessage({{ data | tojson }}, {{ origin | tojson }});</script>
</body></html>""")


def _html(template: Template, status: int = 200, *, framed: bool = False, **context: object) -> Response:
    """`framed`: a page that relying parties want in frames of theirs, anywhere (those that carry responses)."""
    text = template.render(style=_STYLE, **context)
    response = Response(text, status, content_type="text/html;charset=utf-8")
    response.headers["Cache-Control"] = "no-cache, no-store"
    # okta.md 8. Not HSTS: the browser would then refuse http at this host for everybody else.
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-XSS-Protection"] = "0"
    # Not no-referrer: a form_post page would then send `Origin: null` to the relying party.
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    response.headers["p3p"] = 'CP="HONK"'
    if not framed:
        _protect_from_frames(response)
    return response


def _protect_from_frames(response: Response) -> None:
    """Only this host and the Trusted Origins that may embed Okta can show the page in a frame (okta.md 8)."""
    trusted = [
        origin.origin.rstrip("/")
        for origin in current_idp().org.origins.all()
        if origin.status == "ACTIVE" and "IFRAME_EMBED" in origin.scopes and _SOURCE.fullmatch(origin.origin)
    ]
    response.headers["Content-Security-Policy"] = " ".join(["frame-ancestors 'self'", *trusted])
    if not trusted:  # it knows no list, and would forbid what the policy allows in browsers that read only this
        response.headers["X-Frame-Options"] = "SAMEORIGIN"


def sign_in(org: str, app: str, action: str, okta_key: str, login_hint: str = "", failed: bool = False) -> Response:
    return _html(
        _SIGN_IN,
        title=f"{org} - Sign In",
        org=org,
        app=app,
        action=action,
        okta_key=okta_key,
        login_hint=login_hint,
        failed=failed,
    )


def factor(org: str, app: str, login: str, action: str, okta_key: str, failed: bool = False) -> Response:
    """Asks for the code of the second factor."""
    names: dict[str, Any] = {"org": org, "app": app, "login": login}
    return _html(_FACTOR, title=f"{org} - Verify", action=action, okta_key=okta_key, failed=failed, **names)


def consent(org: str, app: App, login: str, scopes: Sequence[Scope], action: str, okta_key: str) -> Response:
    """Asks for consent to the scopes, those that are `optional` one by one; the browser loads the app's logo."""
    uris = {"Website": app.client_uri, "Terms of Service": app.tos_uri, "Privacy Policy": app.policy_uri}
    names: dict[str, Any] = {"org": org, "app": app.label or app.client_id, "login": login, "scopes": scopes}
    names["links"] = [(text, uri) for text, uri in uris.items() if _is_web(uri)]
    names["logo"] = app.logo_uri if _is_web(app.logo_uri) else ""
    return _html(_CONSENT, title=f"{org} - Consent", action=action, okta_key=okta_key, **names)


def _is_web(uri: str) -> bool:
    return uri.lower().startswith(("http://", "https://"))


def activate(org: str, action: str, typed: str = "", failed: str = "") -> Response:
    """Asks for the user code of a device; `failed` says what is wrong with the one that was typed."""
    return _html(_ACTIVATE, title=f"{org} - Activate", action=action, typed=typed, failed=failed)


def approve(org: str, login: str, title: str, items: Sequence[object], action: str, allow: str, deny: str) -> Response:
    """Asks for approval of each item; `key`, `app`, `message` and `scopes` (to consent to) of it are shown."""
    names: dict[str, Any] = {"org": org, "login": login, "title": title, "items": items}
    return _html(_APPROVE, action=action, allow=allow, deny=deny, **names)


def error(org: str, home: str, code: str, description: str) -> Response:
    """Okta's error page: 400, Bad Request, error code and description."""
    return _html(_ERROR, 400, title=f"{org} - Bad Request", error=code, description=description, home=home)


def plain(title: str, text: str, status: int = 200) -> Response:
    return _html(_PLAIN, status, title=title, text=text)


def held() -> Response:
    """What the browser of a stepwise attempt sees instead of the authorization response."""
    text = "The authorization response is held back by the test: the authorization response is held."
    return _html(_PLAIN, framed=True, title="Held", text=text)


def form_post(action: str, parameters: Sequence[tuple[str, str]]) -> Response:
    """OAuth 2.0 Form Post Response Mode: a form that submits itself."""
    return _html(_FORM_POST, framed=True, action=action, parameters=parameters)


def post_message(origin: str, data: Mapping[str, str]) -> Response:
    """okta_post_message: hands the parameters to the page that opened or embeds this one, if that is of `origin`."""
    return _html(_POST_MESSAGE, framed=True, origin=origin, data=data)


_SINGLE_LOGOUT = _templates.from_string("""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex,nofollow"><title>{{ title }}</title>
<noscript><meta http-equiv="refresh" content="{{ seconds }};url={{ target }}"></noscript></head>
<body data-target="{{ target }}" data-seconds="{{ seconds }}"><p>Signing out of your apps …</p>
{% for call in calls %}<iframe name="slo-{{ loop.index }}" title="{{ call.client_id }}" hidden
{%- if call.method == "GET" %} src="{{ call.url }}"{% endif %}></iframe>
{% if call.method == "POST" %}<form method="post" action="{{ call.url }}" target="slo-{{ loop.index }}">
{% for name, value in call.parameters %}<input type="hidden" name="{{ name }}" value="{{ value }}">
{% endfor %}</form>
{% endif %}{% endfor %}<p><a href="{{ target }}">Continue</a></p>
<script>
const {target, seconds} = document.body.dataset;
const go = () => location.replace(target);
setTimeout(go, seconds * 1000);
addEventListener("load", () => {
  const posts = [...document.forms];
  const answers = posts.map((form) => new Promise((done) =>
    document.getElementsByName(form.target)[0].addEventListener("load", done)));
  posts.forEach((form) => form.submit());
  Promise.all(answers).then(go);
});
</script></body></html>""")
"""The page's load event comes after that of its frames; forms are sent then, and their frames load once more."""


def single_logout(calls: Sequence[object], target: str, seconds: float = 5) -> Response:
    """Calls apps in hidden frames, then goes to `target`: when all have answered, or after so many seconds."""
    return _html(_SINGLE_LOGOUT, framed=True, title="Signing out", calls=calls, target=target, seconds=seconds)

"""Pages from template files; see the package's docstring for how they are written."""

from __future__ import annotations

from flask import Response
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined

from mock_idp.web import form_token
from mock_idp.web.policy import Policy, protect

_HTML = "text/html;charset=utf-8"
_SHARED = PrefixLoader({"web": PackageLoader("mock_idp.web")})


class Templates:
    """The templates of one package, beside those of this one (`web/…`)."""

    def __init__(self, package: str) -> None:
        self._environment = Environment(
            loader=ChoiceLoader([_SHARED, PackageLoader(package)]),
            autoescape=True,
            auto_reload=False,
            undefined=StrictUndefined,
        )
        self._environment.policies["json.dumps_kwargs"] = {}  # members stay in their order
        self._environment.globals["form_token"] = form_token.field

    def page(
        self, template: str, *, title: str, status: int = 200, policy: Policy | None = None, **context: object
    ) -> Response:
        """A page for people. `scripts` in the context names files of `/assets/`."""
        text = self._environment.get_template(template).render(title=title, **context)
        return protect(Response(text, status, content_type=_HTML), policy or Policy())

    def bare(
        self, template: str, script: str, *, title: str, frames: tuple[str, ...] = (), **context: object
    ) -> Response:
        """A page that carries something to somebody else, in anybody's frame; `script` is a file of the package."""
        source = self._environment.get_template(script).render()
        text = self._environment.get_template(template).render(title=title, script=source, **context)
        policy = Policy(ancestors=None, forms=None, frames=frames, script=source)
        return protect(Response(text, content_type=_HTML), policy)

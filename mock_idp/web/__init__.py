"""What all pages of the mock share: frame, style, form token, Content-Security-Policy. It knows no org.

A package with pages has a folder `templates` and one `Templates` object:

    pages = Templates("mock_idp.console")             # mock_idp.web.templates
    return pages.page("applications.html", title="Applications", navigation=NAVIGATION, apps=found)

A template extends a layout and fills its block `content`; `console/…` are its own files, `web/…` those of this package:

    {% extends "web/shell.html" %}                    with a header, and a navigation at the side; or
    {% extends "web/card.html" %}                     one card in the middle: sign-in, consent, errors
    {% from "web/macros.html" import field, table %}  see that file: fields with their errors, buttons, tabs, tables
    {% block content %}…{% endblock %}

`web/shell.html` reads from the context: `org` (name in the header), `home` (where that leads), and if they are there
`navigation` (`[{"label", "items": [{"label", "href", "current"}]}]`) and `account` (`{"label", "href"}`).

Every form that changes something holds `{{ form_token() }}`, and its blueprint is guarded:

    form_token.guard(blueprint)      POST, PUT, PATCH and DELETE without this browser's token get 403

No inline script and no inline style: the policy forbids both (`style=`, `onclick=`, `<style>`, too). Scripts are files
in `static`, served at `/assets/…` by `assets.blueprint`; a page names them: `scripts=("table.js",)`. Pages that carry
a response, in anybody's frame, hold their one script, which the policy names by its hash: `Templates.bare`.
"""

"""What an HTTP user agent reads in a page: its text, its forms, and where it goes on by itself.

Pages come from the target and are hostile: nothing here raises because of what a page contains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from lxml import etree, html
from lxml.cssselect import CSSSelector

from targets.origins import resolved
from targets.shapes import TEXT_LIMIT

REFRESH_LIMIT = 5.0  # seconds; a page that waits longer is where the user stays
SCRIPT_LIMIT = 1000  # characters; a longer script is an application, not a page that submits itself
SIGN_IN = re.compile(r"\b(?:sign|log)[\s-]?[io]n\b|\blogin\b|\bokta\b|\bsso\b|\bopenid\b", re.IGNORECASE)
INVISIBLE = ("script", "style", "template", "noscript", "head", "title")
INLINE = ("a", "abbr", "b", "bdi", "code", "em", "font", "i", "mark", "small", "span", "strong", "u", "wbr")
SUBMITTERS = ("submit", "image")

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Submission:
    """A request that a page makes; `fields` are the form's, already in `url` when the method is GET."""

    method: str
    url: str
    fields: Fields = ()
    multipart: bool = False


class Document:
    """A parsed page. `url` is its own; relative addresses are resolved against it (or its <base>)."""

    def __init__(self, body: str, url: str) -> None:
        self._root = _parse(body)
        base = self._root.find(".//base[@href]")
        self.url = url
        self._base = _join(url, base.get("href", "") if base is not None else "")

    @property
    def title(self) -> str:
        element = self._root.find(".//title")
        return " ".join(str(element.text_content()).split())[:TEXT_LIMIT] if element is not None else ""

    @property
    def text(self) -> str:
        """What a person would read, in one line, at most TEXT_LIMIT characters."""
        pieces: list[str] = []
        size = 0
        for piece in _visible(self._root):
            pieces.append(piece)
            size += len(piece.strip())
            if size > TEXT_LIMIT:
                break
        return " ".join("".join(pieces).split())[:TEXT_LIMIT]

    def form(self, selector: str, fields: Mapping[str, str]) -> Submission | None:
        """The form that the CSS selector finds, as its first button would submit it, with these fields set.

        None when there is no such form. ValueError when the selector cannot be read.
        """
        try:
            found = CSSSelector(selector, translator="html")(self._root)
        except Exception as error:  # cssselect has one exception per way of being wrong
            raise ValueError(f"{selector!r} is not a CSS selector: {error}") from None
        element: Any
        for element in found if isinstance(found, list) else []:
            form = element if element.tag == "form" else next(element.iterancestors("form"), None)
            if form is not None:
                return self._submission(form, fields, pressed=True)
        return None

    def onward(self) -> Submission | None:
        """Where the page goes without the user: a form that a script submits, or a refresh within seconds."""
        return self._submits_itself() or self._refreshes()

    def sign_in(self) -> Submission | None:
        """The only link or form that offers to sign in, or None when there is none, or a choice."""
        found: dict[Submission, None] = {}
        for link in self._root.iter("a"):
            href = (link.get("href") or "").strip()
            label = f"{link.text_content()} {link.get('aria-label', '')} {link.get('title', '')}"
            if href and SIGN_IN.search(label) and urlsplit(_join(self._base, href)).scheme in ("http", "https"):
                target = _join(self._base, href)
                if target.partition("#")[0] != self.url.partition("#")[0]:
                    found[Submission("GET", target)] = None
        for form in self._root.iter("form"):
            asks_password = any((item.get("type") or "").lower() == "password" for item in form.iter("input"))
            labels = (f"{item.text_content()} {item.get('value', '')}" for item in _buttons(form))
            if not asks_password and any(SIGN_IN.search(label) for label in labels):
                found[self._submission(form, {}, pressed=True)] = None
        return next(iter(found)) if len(found) == 1 else None

    def _submits_itself(self) -> Submission | None:
        forms = list(self._root.iter("form"))
        body = self._root.find(".//body")
        scripts = [body.get("onload", "") if body is not None else ""]
        scripts += [str(item.text or "") for item in self._root.iter("script") if not item.get("src")]
        for script in scripts:
            if len(script) <= SCRIPT_LIMIT and re.search(r"\.\s*submit\s*\(\s*\)", script):
                listens = re.findall(r"addEventListener\s*\(\s*['\"](\w+)", script)
                if forms and all(event in ("load", "DOMContentLoaded") for event in listens):
                    return self._submission(_meant(script, forms), {}, pressed=False)
        return None

    def _refreshes(self) -> Submission | None:
        for meta in self._root.iter("meta"):
            if (meta.get("http-equiv") or "").strip().lower() != "refresh":
                continue
            if next(meta.iterancestors("noscript"), None) is not None:
                continue  # for those who cannot do what the page's scripts do
            found = re.match(
                r"\s*(\d+)(?:\.\d*)?\s*[;,]\s*(?:url\s*=)?\s*(.+?)\s*$",
                meta.get("content") or "",
                re.IGNORECASE,
            )
            if found and float(found[1][:9]) <= REFRESH_LIMIT:
                return Submission("GET", _join(self._base, found[2].strip("'\"")))
        return None

    def _submission(self, form: Any, fields: Mapping[str, str], *, pressed: bool) -> Submission:
        button = next(iter(_buttons(form)), None) if pressed else None
        values = [pair for pair in _controls(form, button) if pair[0] not in fields]
        values += fields.items()
        override = dict(button.attrib) if button is not None else {}
        method = str(override.get("formmethod") or form.get("method") or "get").strip().upper()
        action = str(override.get("formaction") or form.get("action") or "").strip()
        encoding = str(override.get("formenctype") or form.get("enctype") or "").strip().lower()
        url = _join(self._base, action) if action else self.url.partition("#")[0]
        if method != "POST":
            parts = urlsplit(url)
            return Submission("GET", urlunsplit(parts._replace(query=urlencode(values))), tuple(values))
        return Submission("POST", url, tuple(values), multipart=encoding == "multipart/form-data")


def _parse(body: str) -> Any:
    try:
        # NUL would end the text for libxml2, and a declared encoding does not hold for decoded text.
        parser = html.HTMLParser(encoding="utf-8", huge_tree=False)
        root = html.document_fromstring(body.replace("\0", "").encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        root = html.document_fromstring("<html><body></body></html>")
    return root


def _join(base: str, reference: str) -> str:
    try:
        return resolved(base, reference)
    except ValueError:
        return base


def _visible(root: Any) -> Iterator[str]:
    # Iterative: a page may nest deeper than Python recurses.
    hidden = 0
    for event, item in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        shown = isinstance(item.tag, str)
        hidden += (event == "start") if item.tag in INVISIBLE else 0
        if shown and item.tag not in INLINE:
            yield " "
        if event == "start" and shown and not hidden:
            yield item.text or ""
        hidden -= (event == "end") if item.tag in INVISIBLE else 0
        if event != "start" and not hidden:
            yield item.tail or ""


def _meant(script: str, forms: list[Any]) -> Any:
    """The form that a submitting script names, else the first."""
    if number := re.search(r"forms\s*\[\s*(\d{1,3})\s*\]", script):
        return forms[min(int(number[1]), len(forms) - 1)]
    named = [form for form in forms for key in ("id", "name") if _quotes(script, form.get(key))]
    return named[0] if named else forms[0]


def _quotes(script: str, name: str | None) -> bool:
    return bool(name) and re.search(rf"[\"'.#]{re.escape(name or '')}[\"'.]", script) is not None


def _owned(form: Any, tags: tuple[str, ...]) -> Iterator[Any]:
    """The form's controls in document order, those that name it by `form=` too; no disabled ones."""
    name = form.get("id")
    for item in form.getroottree().getroot().iter(*tags):
        owner = item.get("form")
        inside = next(item.iterancestors("form"), None) is form
        if not (inside if owner is None else (name and owner == name)):
            continue
        fieldset = any(parent.get("disabled") is not None for parent in item.iterancestors("fieldset"))
        if item.get("disabled") is None and not fieldset:
            yield item


def _buttons(form: Any) -> list[Any]:
    return [
        item
        for item in _owned(form, ("input", "button"))
        if (item.get("type") or ("submit" if item.tag == "button" else "text")).lower() in SUBMITTERS
    ]


def _controls(form: Any, button: Any) -> Iterator[tuple[str, str]]:
    for item in _owned(form, ("input", "button", "select", "textarea")):
        name = item.get("name")
        kind = (item.get("type") or "text").lower()
        if not name:
            continue
        if item is button:
            yield name, item.get("value") or ""
        elif item.tag == "select":
            yield from ((name, value) for value in _selected(item))
        elif item.tag == "textarea":
            yield name, str(item.text or "").removeprefix("\n")
        elif item.tag == "input" and kind in ("checkbox", "radio"):
            if item.get("checked") is not None:
                yield name, item.get("value", "on")
        elif item.tag == "input" and kind not in ("submit", "image", "button", "reset", "file"):
            yield name, item.get("value") or ""


def _selected(select: Any) -> list[str]:
    options = [item for item in select.iter("option") if item.get("disabled") is None]
    chosen = [item for item in options if item.get("selected") is not None]
    if select.get("multiple") is None:
        chosen = chosen[-1:] or options[:1]
    return [item.get("value", " ".join(str(item.text_content()).split())) for item in chosen]

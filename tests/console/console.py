"""A browser without scripts in the console: it reads labels, fills controls in and presses buttons."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from lxml import html
from werkzeug.test import TestResponse

from mock_idp.console import access
from tests.mock_idp.okta import ORIGIN, Okta

Fields = list[tuple[str, str]]


class Page:
    """One page, with what is typed into it."""

    def __init__(self, console: Console, answer: TestResponse) -> None:
        self.console, self.status = console, answer.status_code
        self.path = answer.request.path
        self.text = answer.text
        self.document: Any = html.fromstring(answer.text)

    # ---- reading ------------------------------------------------------------------------------------------

    def words(self, path: str = "//main") -> str:
        """The text there, with single blanks."""
        return " ".join(" ".join(found.text_content().split()) for found in self.document.xpath(path))

    @property
    def heading(self) -> str:
        return self.words("//h1")

    @property
    def said(self) -> str:
        """What the change before has done."""
        return self.words("//*[@role='status']")

    @property
    def problems(self) -> list[str]:
        """The summary of what was refused."""
        return [item.text_content() for item in self.document.xpath("//*[@id='problems']//li")]

    def problem_at(self, label: str) -> str:
        """What stands at a control about its being refused."""
        control = self._labelled(label)[0]
        assert control.get("aria-invalid") == "true", label
        ids = control.get("aria-describedby", "").split()
        return " ".join(self.words(f"//*[@id='{id_}']") for id_ in ids if id_.endswith("-error"))

    def value(self, label: str, place: int = 0) -> str:
        """What a text field or a select holds."""
        found: str = self._labelled(label)[place].value or ""
        return found

    def values(self, label: str) -> list[str]:
        """What rows hold."""
        return [control.value for control in self._labelled(label)]

    def is_checked(self, label: str) -> bool:
        return self._labelled(label)[0].get("checked") is not None

    def has(self, label: str) -> bool:
        return bool(self._find(label))

    def link(self, words: str, place: int = 0) -> str:
        found = [a for a in self.document.iter("a") if " ".join(a.text_content().split()).startswith(words)]
        assert found, f"no link {words!r} on {self.path}"
        return urljoin(ORIGIN + self.path, str(found[place].get("href")))

    # ---- doing --------------------------------------------------------------------------------------------

    def fill(self, label: str, value: str, place: int = 0) -> Page:
        control = self._labelled(label)[place]
        if control.tag == "select":
            control.value = self._option(control, value)
        else:
            control.value = value
        return self

    def check(self, *labels: str) -> Page:
        for label in labels:
            control = self._labelled(label)[0]
            if control.get("type") == "radio":
                for other in self._form_of(control).xpath(f".//input[@name='{control.get('name')}']"):
                    other.attrib.pop("checked", None)
            control.set("checked", "")
        return self

    def uncheck(self, *labels: str) -> Page:
        for label in labels:
            self._labelled(label)[0].attrib.pop("checked", None)
        return self

    def press(self, label: str, place: int = 0) -> Page:
        """Press the button with this name, and follow the redirect."""
        buttons = [
            button
            for button in self.document.iter("button")
            if (button.get("aria-label") or " ".join(button.text_content().split())) == label
            and button.get("aria-hidden") != "true"
        ]
        assert buttons, f"no button {label!r} on {self.path}"
        button = buttons[place]
        form = self._form_of(button)
        fields = _fields(form)
        if button.get("name"):
            fields.append((button.get("name"), button.get("value")))
        url = urljoin(ORIGIN + self.path, form.get("action") or "")
        if form.get("method") == "post":
            return self.console.post(url, fields)
        return self.console.open(f"{url.split('?')[0]}?{urlencode(fields)}")

    def follow(self, words: str, place: int = 0) -> Page:
        return self.console.open(self.link(words, place))

    # ---- controls -----------------------------------------------------------------------------------------

    def _labelled(self, label: str) -> list[Any]:
        found = self._find(label)
        assert found, f"no control {label!r} on {self.path}"
        return found

    def _find(self, label: str) -> list[Any]:
        """The controls with this label; else those of which it is the beginning or a part (rows, older names)."""
        names = [(control, self._name(control)) for control in self.document.xpath("//input|//select|//textarea")]
        for fits in (str.__eq__, str.startswith, str.__contains__):
            found = [control for control, name in names if name and fits(name, label)]
            if found:
                return found
        return []

    def _name(self, control: Any) -> str:
        if control.get("aria-labelledby"):
            return " ".join(self.words(f"//*[@id='{id_}']") for id_ in control.get("aria-labelledby").split())
        return self.words(f"//label[@for='{control.get('id')}']") if control.get("id") else ""

    @staticmethod
    def _form_of(control: Any) -> Any:
        return next(control.iterancestors("form"))

    @staticmethod
    def _option(control: Any, label: str) -> str:
        for option in control.iter("option"):
            if option.text_content() == label or option.get("value") == label:
                return str(option.get("value"))
        raise AssertionError(f"no option {label!r}")


class Console:
    """The Admin console of an org."""

    def __init__(self, okta: Okta) -> None:
        self.okta = okta
        self.browser = okta.new_browser()

    def enter(self) -> Console:
        answer = self.browser.get(access.link(self.okta.idp))
        assert answer.status_code == 303, answer.text
        return self

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.browser.get(urljoin(ORIGIN, path), **options)

    def open(self, path: str) -> Page:
        """A page, redirects followed."""
        return self._page(self.get(path))

    def post(self, path: str, fields: Fields) -> Page:
        data: dict[str, list[str]] = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        return self._page(self.browser.post(urljoin(ORIGIN, path), data=data))

    def _page(self, answer: TestResponse) -> Page:
        for _ in range(5):
            if answer.status_code != 303:
                return Page(self, answer)
            location = answer.headers["Location"]
            assert urlsplit(location).netloc in ("", urlsplit(ORIGIN).netloc), location
            answer = self.get(location)
        raise AssertionError("endless redirects")


def _fields(form: Any) -> Fields:
    """What a browser would send: nothing that is disabled, be it by its fieldset."""
    fields: Fields = []
    for control in form.xpath(".//input|.//select|.//textarea"):
        if not control.get("name") or control.get("disabled") is not None:
            continue
        if any(parent.get("disabled") is not None for parent in control.iterancestors("fieldset")):
            continue
        if control.get("type") in ("checkbox", "radio"):
            if control.get("checked") is not None:
                fields.append((control.get("name"), control.get("value")))
        else:
            fields.append((control.get("name"), control.value or ""))
    return fields

"""What a case says about requests that the RP made: one request, one verifier, or many starts of a login."""

from __future__ import annotations

import ipaddress
import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from suites.engine.case_run import CaseRun
from suites.engine.driver import HONEST, Attempt
from suites.engine.flows import asked
from suites.engine.verdicts import Concluded, Verdict
from targets.shapes import Page

_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def bearer_places(exchange: dict[str, Any]) -> list[str]:
    """Where a resource request carries its access token (RFC 6750 2): header, form (of a POST), query."""
    request = exchange["request"]
    headers = {name.lower(): value for name, value in request["headers"].items()}
    is_form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    carried = {
        "header": headers.get("authorization", "").lower().startswith("bearer "),
        "form": exchange["method"] == "POST" and is_form and "access_token" in dict(request["form"]),
        "query": "access_token" in dict(request["query"]),
    }
    return [place for place, does in carried.items() if does]


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


class Request:
    """One authorization request (RFC 6749 4.1.1, OIDC Core 3.1.2.1)."""

    def __init__(self, run: CaseRun, exchange: dict[str, Any] | None, page: Page, registered: tuple[str, ...]) -> None:
        self._run, self._page, self._registered = run, page, registered
        self._exchange = exchange
        self._given = asked(exchange) if exchange else None

    @property
    def _sent(self) -> dict[str, str]:
        if self._given is None:
            raise self._run.undecided(
                f"the RP sent no authorization request; its page ({self._page.status}) says: {self._page.text[:160]}"
            )
        return self._given

    def must_send(self, *names: str) -> None:
        """Every parameter is there and not empty."""
        self._run.expected = f"the authorization request has {', '.join(names)}"
        missing = [name for name in names if not self._sent.get(name)]
        if missing:
            raise self._run.broken(f"no {', '.join(missing)} in the authorization request")
        self._run.observed = f"{', '.join(names)} sent"

    def must_not_send(self, *names: str) -> None:
        """None of the parameters is there."""
        self._run.expected = f"no {', '.join(names)} in the authorization request"
        found = [name for name in names if name in self._sent]
        if found:
            raise self._run.broken(f"{', '.join(found)} in the URL of the authorization request")
        self._run.observed = f"sent: {', '.join(self._sent)}"

    def must_have(self, name: str, value: str) -> None:
        """The parameter has exactly this value."""
        self._run.expected = f"{name}={value}"
        self._run.observed = f"{name}={self._sent.get(name)}"
        if self._sent.get(name) != value:
            raise self._run.broken(self._run.observed)

    def must_contain_word(self, name: str, word: str) -> None:
        """The space-separated parameter has this word."""
        self._run.expected = f"{name} has {word!r}"
        self._run.observed = f"{name}={self._sent.get(name)!r}"
        if word not in self._sent.get(name, "").split():
            raise self._run.broken(self._run.observed)

    def must_not_ask_for(self, word: str) -> None:
        """The response_type has no such part."""
        self._run.expected = f"a response_type without {word!r}"
        self._run.observed = f"response_type={self._sent.get('response_type')!r}"
        if word in self._sent.get("response_type", "").split():
            raise self._run.broken(self._run.observed)

    def must_send_one_of(self, *names: str) -> None:
        """One of the parameters at least is there; an RP that refuses to start needs none."""
        self._run.expected = f"the authorization request has one of {', '.join(names)}, or there is no login at all"
        if self._refused():
            return
        sent = [name for name in names if self._sent.get(name)]
        if not sent:
            raise self._run.broken(f"none of {', '.join(names)} in the authorization request")
        self._run.observed = f"{', '.join(sent)} sent"

    def must_fit(self, name: str, pattern: str, what: str) -> None:
        """The whole parameter fits the pattern; `what` says it in words."""
        value = self._sent.get(name, "")
        self._run.expected = f"{name} of {what}"
        self._run.observed = f"{name} of {len(value)} characters: {value!r}"
        if not re.fullmatch(pattern, value):
            raise self._run.broken(self._run.observed)

    def must_be_protected(self, name: str) -> None:
        """The URL has the scheme https, or http and a loopback host (RFC 8252 7.3), or one of an app's own."""
        url = urlsplit(self._sent.get(name, ""))
        self._run.expected = f"{name} with https; with http only at a loopback address"
        self._run.observed = f"{name} {url.scheme}://{url.netloc}"
        if url.scheme == "http" and not _is_loopback(url.hostname or ""):
            raise self._run.broken(self._run.observed)

    def must_come_by_get(self, field: str) -> None:
        """The browser was sent to the IdP with GET: what it had posted to the RP did not go on."""
        self._run.expected = "the form of the login page stays at the RP"
        if self._exchange is None:
            raise Concluded(Verdict.NOT_APPLICABLE, reason="no login of the RP starts with a POST")
        posted = dict(self._exchange["request"]["form"])
        self._run.observed = f"the authorization request came by {self._exchange['method']}"
        if field in posted:
            raise self._run.broken(f"{self._run.observed}, with the form fields {', '.join(posted)}")

    def must_not_copy_initiation(self) -> None:
        """What the initiator of the login has added did not become a parameter of the request."""
        added = [(str(edit.path[0]), edit.value) for edit in self._run.misbehaviour if edit.seam == "initiate_login"]
        self._run.expected = f"{', '.join(name for name, _ in added)} as the RP itself has it"
        assert self._run.subject is not None
        if self._exchange is None or self._given is None:
            self._run.control()
        else:
            request = self._exchange["request"]
            sent = {*self._given.items(), *map(tuple, [*request["query"], *request["form"]])}
            self._run.observed = "; ".join(f"{name}={value}" for name, value in sorted(sent) if name in dict(added))
            if any(pair in sent for pair in added):
                raise self._run.broken(self._run.observed)
        self._run.require_consumed(self._run.subject)

    def must_keep(self, name: str) -> None:
        """The parameter is one that is registered; an RP that refuses to start keeps it too."""
        self._keep(name, self._registered, f"the registered {name}, or no login at all")

    def must_keep_or_refuse(self, name: str, value: str) -> None:
        """The parameter has this value, whatever the IdP has said; an RP that refuses to start is as good."""
        self._keep(name, (value,), f"{name}={value}, or no login at all")

    def _keep(self, name: str, good: tuple[str, ...], expected: str) -> None:
        self._run.expected = expected
        if self._refused():
            return
        self._run.observed = f"{name}={self._sent.get(name)}"
        if self._sent.get(name) not in good:
            raise self._run.broken(self._run.observed)

    def _refused(self) -> bool:
        """Whether the RP begins no login here, and one in the control; WARN where it broke down over that."""
        if self._given is not None:
            return False
        self._run.control()
        self._run.observed = f"no authorization request (status {self._page.status})"
        if self._page.status >= 500:
            raise Concluded(Verdict.WARN, observed=f"{self._run.observed}: the RP broke down over it")
        return True


class Verifier:
    """A PKCE code verifier (RFC 7636 4.1)."""

    def __init__(self, run: CaseRun, value: str | None) -> None:
        self._run, self._value = run, value

    def must_match(self, form: str) -> None:
        """`pkce`: 43 to 128 unreserved characters."""
        assert form == "pkce"
        self._run.expected = "a code_verifier of 43 to 128 unreserved characters"
        if self._value is None:
            raise self._run.undecided("the RP's token request had no code_verifier")
        self._run.observed = f"a code_verifier of {len(self._value)} characters"
        if not _UNRESERVED.fullmatch(self._value):
            raise self._run.broken(self._run.observed)


GUESSABLE = 64
"""Random bits of which a secret of a session needs more (NIST SP 800-63B 7.1). RFC 6749 10.12 wants a state that cannot
be guessed; the 128 bits of its 10.10 are for tokens."""


@dataclass(frozen=True)
class Requests:
    """Authorization requests of many starts of the login."""

    run: CaseRun
    sent: tuple[dict[str, str], ...]

    def must_differ(self, *names: str) -> None:
        """No value of these parameters comes twice; parameters that are never sent do not count."""
        self.run.expected = f"{', '.join(names)} differ from start to start"
        repeated = []
        if not any(request.get(name) for request in self.sent for name in names):
            raise Concluded(Verdict.NOT_APPLICABLE, reason=f"the RP sends no {', '.join(names)}")
        for name in names:
            values = [request[name] for request in self.sent if request.get(name)]
            if len(set(values)) < len(values):
                repeated.append(f"{name} ({len(set(values))} values in {len(values)} starts)")
        if repeated:
            raise self.run.broken(f"repeated: {', '.join(repeated)}")
        self.run.observed = f"all different in {len(self.sent)} starts"

    def must_be_unguessable(self, name: str, bits: int) -> None:
        """The parameter holds at least so many random bits, estimated generously from the samples.

        The estimate counts the characters that vary at each position; it takes an RP's side when in doubt. WARN where
        they are fewer and still nothing that anybody guesses, as in a random UUID.
        """
        self.run.expected = f"{name} with at least {bits} random bits"
        values = [request[name] for request in self.sent if request.get(name)]
        if not values:
            raise self.run.undecided(f"the RP sends no {name}")
        estimated = entropy(values)
        self.run.observed = f"{name}: about {estimated:.0f} random bits at the most, from {len(values)} starts"
        if estimated < GUESSABLE:
            raise self.run.broken(self.run.observed)
        if estimated < bits:
            raise Concluded(Verdict.WARN, observed=self.run.observed)


def entropy(values: list[str]) -> float:
    """An upper estimate of the random bits in each of `values` (all from one source).

    Positions where every value has the same character hold none. A varying position holds at most the bits of
    the alphabet that the values use, and no more than twice the entropy that was seen there.
    """
    if len(set(values)) < len(values):
        return 0.0
    length = min(len(value) for value in values)
    alphabet = math.log2(max(2, len({c for value in values for c in value})))
    total = 0.0
    for position in range(length):
        counts = Counter(value[position] for value in values)
        seen = -sum(n / len(values) * math.log2(n / len(values)) for n in counts.values())
        total += min(alphabet, 2 * seen)
    return total


IN_ONE_BROWSER = 5
"""Relying parties limit the logins that one browser may leave pending (mod_auth_openidc: seven)."""


@dataclass(frozen=True)
class Sample:
    """Many starts of the login: what they sent, and the attempts that made them."""

    sent: tuple[dict[str, str], ...]
    attempts: tuple[Attempt, ...]


_SAMPLES: dict[str, Sample] = {}


def samples(run: CaseRun, count: int) -> Requests:
    """`count` starts of the login, the first few in one browser; made once per worker and run.

    The attempts are evidence of every case that is judged from them.
    """
    key = run.driver.context.control_token
    known = _SAMPLES.get(key)
    if known is None or len(known.sent) < count:
        known = _SAMPLES[key] = _start_many(run, count)
    else:
        run.shared.extend(known.attempts)
    return Requests(run, known.sent)


def forget_samples() -> None:
    """The next case that asks makes new ones."""
    _SAMPLES.clear()


def _start_many(run: CaseRun, count: int) -> Sample:
    # Held back: the RP sees starts that are never finished, and no login happens.
    def started() -> Attempt:
        return run.add(run.driver.start(HONEST, role="observation", hold=True))

    first = started()
    for _ in range(IN_ONE_BROWSER - 1):
        run.driver.pace()
        first.page = first.profile.start_login()
    attempts = (first, *(started() for _ in range(count - IN_ONE_BROWSER)))
    found = [asked(e) for attempt in attempts for e in attempt.transcript(again=True)["exchanges"]]
    sent = tuple(request for request in found if "client_id" in request)
    if len(sent) < count:
        raise run.undecided(f"only {len(sent)} of {count} starts of the login reached the IdP")
    for attempt in attempts:
        attempt.shared = True
    return Sample(sent, attempts)

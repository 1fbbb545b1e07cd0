"""Looks for an ID Token that the RP treats otherwise than the model says, and makes it as short as it gets."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx
from hypothesis import HealthCheck, Phase, Verbosity, example, given, reject, seed, settings
from hypothesis.errors import Flaky, Unsatisfiable

from mock_idp.misbehaviour import Misbehaviour
from suites._core.login import Login, Outcome
from suites.engine.case_run import CaseRun
from suites.engine.driver import Attempt
from suites.engine.flows import asked
from suites.engine.oracle import SELF, UNCLEAR
from suites.engine.preflight import ID_TOKEN_ROOT
from suites.engine.verdicts import Concluded, Verdict
from suites.forgery import model
from suites.forgery.model import ACCEPT, AVOID, REFUSE, STRICTEST_FIRST, Judgement
from suites.forgery.strategies import Source, doubtful, hostile_claims, hostile_signatures, odd

SAVED_CASE = "forgery.keeps-to-the-model-on-saved-edits"


_SETTINGS = settings(
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    database=None,
    deadline=None,
    verbosity=Verbosity.quiet,
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)


class _Disagreement(Exception):
    """Found: ends an example. Carries nothing, so that Hypothesis takes all of them for one and the same."""


@dataclass
class _Seen:
    """What the search came by; `last` is the shortest disagreement once it is over."""

    answers: Counter[str] = field(default_factory=Counter)
    last: tuple[Misbehaviour, Judgement] | None = None


def refused_claims(login: Login) -> Generated:
    """Honestly signed tokens whose claims are mostly to be refused."""
    return Generated(_applicable(login), hostile_claims(), REFUSE)


def refused_signatures(login: Login) -> Generated:
    """Tokens that are mostly to be refused for their signature, header or serialisation."""
    return Generated(_applicable(login), hostile_signatures(), REFUSE)


def doubtful_tokens(login: Login) -> Generated:
    """Tokens that no text forbids, and that are better refused."""
    return Generated(_applicable(login), doubtful(), AVOID)


def accepted_tokens(login: Login) -> Generated:
    """Tokens that are valid and unusual."""
    return Generated(_applicable(login), odd(), ACCEPT)


class Generated:
    """The generated tokens of one case; `answer` is what the model says of those that count."""

    def __init__(self, run: CaseRun, source: Source, answer: str) -> None:
        self._run, self._source, self._answer = run, source, answer
        self._keys = _published_keys(run)

    def must_sign_nobody_in(self) -> None:
        """No token that counts signs anybody in."""
        self._run.expected = f"no session with any token that the model would {self._answer}"
        self._search(lambda attempt: bool(attempt.signed_in and attempt.signed_in.anybody), Outcome.must_be_rejected)

    def must_sign_in(self) -> None:
        """Every token that the model accepts signs its person in."""
        self._run.expected = "a session with every token that the model accepts"
        self._search(lambda attempt: bool(attempt.signed_in and attempt.signed_in.who != SELF), Outcome.must_sign_in)

    def _search(self, wrong: Callable[[Attempt], bool], must: Callable[[Outcome], None]) -> None:
        run, options, seen = self._run, self._run.driver.context.forgery, _Seen()
        traps = self._traps()

        def judged(edits: Misbehaviour) -> tuple[Judgement | None, bool]:
            """What the model says, None when it cannot say anything; and whether the RP disagrees."""
            attempt = run.driver.login(edits, role="attack")
            run.logins += 1
            try:
                judgement = _judgement(run, attempt, self._keys)
                counts = judgement is not None and judgement.answer == self._answer
                return judgement, counts and wrong(attempt)
            finally:
                run.driver.release([attempt])

        def look(edits: Misbehaviour) -> None:
            judgement, disagrees = judged(edits)
            if judgement is None:
                reject()
            assert judgement is not None
            seen.answers[judgement.answer] += 1
            if disagrees:
                seen.last = edits, judgement
                raise _Disagreement

        tried = given(self._source.varied)(look)
        for trap in traps:
            tried = example(trap)(tried)
        search = seed(options.seed)(settings(_SETTINGS, max_examples=max(1, options.examples - len(traps)))(tried))
        try:
            search()
        except _Disagreement:
            assert seen.last is not None
            self._found(*_shortest(*seen.last, judged), must)
        except Flaky:
            raise run.undecided("the RP treats the same token now so and now otherwise") from None
        except Unsatisfiable:
            raise run.undecided("no login under generated edits brought an ID Token") from None
        self._none(seen)

    def _traps(self) -> list[Misbehaviour]:
        """The traps for which the budget is big enough, in the order of the seed; a third is left for the varied."""
        options = self._run.driver.context.forgery
        known = list(self._source.traps)
        Random(options.seed).shuffle(known)
        return known[: options.examples * 2 // 3]

    def _none(self, seen: _Seen) -> None:
        run = self._run
        run.control()
        options = run.driver.context.forgery
        run.observed = f"{seen.answers.total()} generated tokens (seed {options.seed}), of which the model would " + (
            ", ".join(f"{answer} {seen.answers[answer]}" for answer in STRICTEST_FIRST)
        )
        run.replay = f"--forgery-seed {options.seed} --forgery-examples {options.examples}"
        if not seen.answers[self._answer]:
            raise run.undecided(f"{run.observed}: none that says anything; raise --forgery-examples")

    def _found(self, edits: Misbehaviour, judgement: Judgement, must: Callable[[Outcome], None]) -> None:
        """The shortest edits once more, as the attempts of the case: evidence, control and repetition."""
        run = self._run
        run.misbehaviour = edits
        file = save(run.driver.context.report_directory, edits, judgement)
        run.replay = f"--case {SAVED_CASE} --forgery-file {file}"
        attempt = run.attack()
        about = f"{edits} (the model would {judgement.answer}: {judgement.rule or 'nothing is wrong with it'})"
        try:
            must(Outcome(run, attempt, attempt, lambda: run.attack("repeat")))
        except Concluded as concluded:
            concluded.observed = f"{concluded.observed} with {about}"
            raise
        raise run.undecided(f"seen during the search but not again: {about}")


def _shortest(
    edits: Misbehaviour, judgement: Judgement, judged: Callable[[Misbehaviour], tuple[Judgement | None, bool]]
) -> tuple[Misbehaviour, Judgement]:
    """Without the edits that are not needed: Hypothesis leaves examples that it was given, the traps, as they are."""
    for edit in edits:
        shorter = Misbehaviour(tuple(kept for kept in edits if kept is not edit))
        if not shorter:
            continue
        again, disagrees = judged(shorter)
        if disagrees and again is not None:
            edits, judgement = shorter, again
    return edits, judgement


def judge_saved(login: Login) -> None:
    """The edits of every `--forgery-file`: the RP must treat what comes of them as the model says."""
    run = _applicable(login)
    saved = run.driver.context.forgery.saved
    if not saved:
        raise Concluded(Verdict.NOT_APPLICABLE, reason="there are no saved edits: --forgery-file FILE names some")
    run.expected = "what the model says of the saved edits"
    run.replay = " ".join([f"--case {SAVED_CASE}", *(f"--forgery-file {name}" for name, _ in saved)])
    keys, notes = _published_keys(run), []
    for name, edits in saved:
        run.misbehaviour = edits
        attempt = run.attack()
        judgement = _judgement(run, attempt, keys)
        if judgement is None:
            raise run.undecided(f"{name}: the login brought no ID Token that could be judged")
        outcome = Outcome(run, attempt, attempt, lambda: run.attack("repeat"))
        try:
            if judgement.answer in (REFUSE, AVOID):
                outcome.must_be_rejected()
            if judgement.answer == ACCEPT:
                outcome.must_sign_in()
        except Concluded as concluded:
            concluded.observed = f"{name}: {concluded.observed} with {edits} (the model: {judgement.rule})"
            raise
        notes.append(f"{Path(name).name}: {judgement.answer}")
    run.observed = "; ".join(notes)


def save(folder: Path, edits: Misbehaviour, judgement: Judgement) -> Path:
    """The edits as a file for `--forgery-file`; its name follows from what is in it."""
    document = {"expect": judgement.answer, "rule": judgement.rule, "edits": edits.to_json()}
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    file = folder / f"forgery-{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"
    file.write_text(text, encoding="utf-8")
    return file


def _applicable(login: Login) -> CaseRun:
    """The case's run. NOT_APPLICABLE without a budget, and where a root finding says it all."""
    run = login.run
    if not run.driver.context.forgery.examples:
        raise Concluded(Verdict.NOT_APPLICABLE, reason="--forgery-examples is 0")
    if run.driver.context.roots.get("id_token.claims") == ID_TOKEN_ROOT:
        raise Concluded(Verdict.NOT_APPLICABLE, reason=f"the RP does not check the ID Token: {ID_TOKEN_ROOT}")
    features = run.driver.context.features
    if not {"alg-public", "alg-hmac"} & set(features) or "encrypted-id-token" in features:
        reason = "the model knows ID Tokens that are signed and not encrypted"
        raise Concluded(Verdict.NOT_APPLICABLE, reason=reason)
    return run


def _judgement(run: CaseRun, attempt: Attempt, keys: tuple[dict[str, Any], ...]) -> Judgement | None:
    """What the model says of the ID Tokens of this login, the strictest of them; None: they cannot be judged."""
    transcript = attempt.transcript(again=True)
    requests = attempt.requests("authorize")
    unclear = attempt.signed_in is None or attempt.signed_in.who == UNCLEAR

    def made(kind: str) -> tuple[str, ...]:
        return tuple(artefact["value"] for artefact in transcript["artefacts"] if artefact["kind"] == kind)

    if not made("id_token") or not requests or transcript["failures"] or unclear:
        return None
    context = run.driver.context
    client = context.target.client
    algorithm = client.id_token_signed_response_alg
    sent = asked(requests[0])
    known = model.Login(
        issuer=context.issuer,
        client_id=client.client_id,
        nonce=sent.get("nonce"),
        keys=keys,
        now=time.time() + context.clock_offset,
        algorithm=algorithm,
        secret=client.client_secret if algorithm.startswith("HS") else None,
        front_channel="id_token" in sent.get("response_type", "").split(),
        access_tokens=made("access_token"),
        codes=made("code"),
    )
    return model.strictest([model.judge(token, known) for token in made("id_token")])


def _published_keys(run: CaseRun) -> tuple[dict[str, Any], ...]:
    """The issuer's keys, as anybody can fetch them."""
    issuer = run.driver.context.issuer
    with httpx.Client(verify=run.driver.trust(), trust_env=False, timeout=15) as client:
        discovered = client.get(f"{issuer}/.well-known/openid-configuration").json()
        return tuple(client.get(discovered["jwks_uri"]).json()["keys"])

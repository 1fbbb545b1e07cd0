"""Looks for an ID Token that the RP treats otherwise than the model says, and makes it as short as it gets."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, Phase, Verbosity, example, given, reject, seed, settings
from hypothesis.errors import Flaky, Unsatisfiable

from mock_idp.misbehaviour import Edit, Misbehaviour
from suites._core.case import load_cases
from suites._core.grades import LOW, Grade, Level
from suites._core.login import Login, Outcome
from suites._core.traffic import fetches
from suites.engine.case_run import CaseRun
from suites.engine.driver import Attempt
from suites.engine.oracle import SELF, VICTIM
from suites.engine.verdicts import Concluded, Verdict
from suites.forgery.judgement import ACCEPT, AVOID, REFUSE, STRICTEST_FIRST, Judgement
from suites.forgery.logins import applicable, judgement_of, log_in, outcome_of, published_keys
from suites.forgery.strategies import Source, doubtful, hostile_claims, hostile_signatures, odd

SAVED_CASE = "forgery.keeps-to-the-model-on-saved-edits"
REFUSED_CLAIMS, REFUSED_SIGNATURES = "forgery.rejects-refused-claims", "forgery.rejects-refused-signatures"
DOUBTFUL, UNUSUAL = "forgery.rejects-doubtful-tokens", "forgery.accepts-unusual-tokens"

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


@dataclass(frozen=True)
class _Fault:
    """What an RP must not do with a token: how a login shows it, and the requirement that it breaks."""

    shows: Callable[[Attempt, Judgement], bool]
    must: Callable[[Outcome], None]


@dataclass
class _Seen:
    """What the search came by: `found`, the edits for a fault, the shortest of the gravest once the search is over.

    `needed`: how many tokens led to the first.
    """

    tried: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    found: dict[_Fault, tuple[Misbehaviour, Judgement]] = field(default_factory=dict)
    needed: dict[_Fault, int] = field(default_factory=dict)


def refused_claims(login: Login) -> Generated:
    """Honestly signed tokens whose claims are mostly to be refused."""
    return Generated(applicable(login), hostile_claims(), REFUSE, REFUSED_CLAIMS)


def refused_signatures(login: Login) -> Generated:
    """Tokens that are mostly to be refused for their signature, header or serialisation."""
    return Generated(applicable(login), hostile_signatures(), REFUSE, REFUSED_SIGNATURES)


def doubtful_tokens(login: Login) -> Generated:
    """Tokens that no text forbids, and that are better refused."""
    return Generated(applicable(login), doubtful(), AVOID, DOUBTFUL)


def accepted_tokens(login: Login) -> Generated:
    """Tokens that are valid and unusual."""
    run = applicable(login)
    fresh = "fresh-people" in run.driver.context.features
    return Generated(run, odd(fresh), ACCEPT, UNUSUAL)


class Generated:
    """The generated tokens of the case with this id; `answer` is what the model says of those that count."""

    def __init__(self, run: CaseRun, source: Source, answer: str, case_id: str) -> None:
        self._run, self._source, self._answer, self._id = run, source, answer, case_id
        self._keys = published_keys(run)

    def must_sign_nobody_in(self) -> None:
        """No token that counts signs anybody in or breaks the RP down; none has it fetch what the token names."""

        def counts(judgement: Judgement) -> bool:
            return judgement.answer == self._answer

        def gets_in(attempt: Attempt, judgement: Judgement, *, spelling: bool) -> bool:
            return counts(judgement) and judgement.spelling == spelling and _anybody(attempt)

        self._run.expected = f"no session with any token that the model would {self._answer}"
        self._search(
            _Fault(lambda attempt, judgement: gets_in(attempt, judgement, spelling=False), Outcome.must_be_rejected),
            _Fault(lambda attempt, _: bool(fetches(self._run, attempt)), Outcome.must_fetch_nothing),
            _Fault(lambda attempt, judgement: gets_in(attempt, judgement, spelling=True), Outcome.must_be_rejected),
            _Fault(lambda attempt, judgement: counts(judgement) and attempt.crashed, Outcome.must_be_rejected),
        )

    def must_sign_in(self) -> None:
        """Every token that the model accepts signs its person in, and none somebody else."""
        self._run.expected = "a session for the user with every token that the model accepts"
        self._search(
            _Fault(lambda attempt, _: _is_signed_in(attempt, VICTIM), Outcome.must_keep_identity),
            _Fault(
                lambda attempt, judgement: judgement.answer == self._answer and not _is_signed_in(attempt, SELF),
                Outcome.must_sign_in,
            ),
        )

    def _search(self, *faults: _Fault) -> None:
        """Looks for the first, gravest fault; what it has seen of the others meanwhile counts after that."""
        run, options, seen = self._run, self._run.driver.context.forgery, _Seen()
        traps = self._traps()

        def judged(edits: Misbehaviour) -> tuple[Judgement | None, list[_Fault]]:
            """What the model says, None when it cannot say anything; and the faults that the RP shows."""
            attempt = log_in(run, edits, "attack")
            run.logins += 1
            try:
                judgement = judgement_of(run, attempt, self._keys)
                return judgement, [fault for fault in faults if judgement and fault.shows(attempt, judgement)]
            finally:
                run.driver.release([attempt])

        def look(edits: Misbehaviour) -> None:
            seen.tried += 1
            judgement, shown = judged(edits)
            if judgement is None:
                reject()
            assert judgement is not None
            seen.answers[judgement.answer] += 1
            for fault in shown:
                seen.needed.setdefault(fault, seen.tried)
                seen.found.setdefault(fault, (edits, judgement))
            if faults[0] in shown:
                seen.found[faults[0]] = edits, judgement
                raise _Disagreement

        tried = given(self._source.varied)(look)
        for trap in traps:
            tried = example(trap)(tried)
        search = seed(options.seed)(settings(_SETTINGS, max_examples=max(1, options.examples - len(traps)))(tried))
        try:
            search()
        except _Disagreement:
            pass
        except Flaky:
            raise run.undecided("the RP treats the same token now so and now otherwise") from None
        except Unsatisfiable:
            raise run.undecided("no login under generated edits brought an ID Token") from None
        for fault in faults:
            if fault in seen.found:
                seen.found[fault] = _shortest(*seen.found[fault], fault, judged)
                self._found(seen, fault)
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

    def _found(self, seen: _Seen, fault: _Fault) -> None:
        """The shortest edits once more, as the attempts of the case: evidence, control and repetition."""
        run = self._run
        edits, judgement = seen.found[fault]
        run.misbehaviour, run.grade = edits, _graded(run.grade, judgement)
        file = save(run.driver.context.report_directory, edits, judgement, self._id)
        run.replay = f"--case {SAVED_CASE} --forgery-file {file}"
        about = f"{edits} (the model would {judgement.answer}: {judgement.rule or 'nothing is wrong with it'})"
        try:
            fault.must(outcome_of(run, edits))
        except Concluded as concluded:
            concluded.observed = f"{concluded.observed} with {about}, found with token {seen.needed[fault]}"
            raise
        raise run.undecided(f"seen during the search but not again: {about}")


def _shortest(
    edits: Misbehaviour,
    judgement: Judgement,
    fault: _Fault,
    judged: Callable[[Misbehaviour], tuple[Judgement | None, list[_Fault]]],
) -> tuple[Misbehaviour, Judgement]:
    """Without the edits that are not needed: Hypothesis leaves examples that it was given, the traps, as they are."""
    needed: list[Edit] = []  # without which nothing was shown, as long as no other edit is left out
    while waiting := [edit for edit in edits if edit not in needed]:
        shorter = Misbehaviour(tuple(kept for kept in edits if kept is not waiting[0]))
        again, shown = judged(shorter) if shorter else (None, [])
        if again is not None and fault in shown:
            edits, judgement, needed = shorter, again, []
        else:
            needed.append(waiting[0])
    return edits, judgement


def judge_saved(login: Login) -> None:
    """The edits of every `--forgery-file`: the RP must treat what comes of them as the model says.

    As binding as it was for the case that found them; those that bind most come first.
    """
    run = applicable(login)
    saved = run.driver.context.forgery.saved
    if not saved:
        raise Concluded(Verdict.NOT_APPLICABLE, reason="there are no saved edits: --forgery-file FILE names some")
    run.expected = "what the model says of the saved edits"
    run.replay = " ".join([f"--case {SAVED_CASE}", *(f"--forgery-file {one.file}" for one in saved)])
    grades = {info.id: info.graded(run.driver.context.kinds) for info in load_cases()}
    keys, notes, most = published_keys(run), [], run.grade
    for one in sorted(saved, key=lambda one: list(Level).index(grades.get(one.found_by, most).level)):
        run.misbehaviour = one.edits
        outcome = outcome_of(run, one.edits)
        judgement = judgement_of(run, run.attempts[-1], keys)
        if judgement is None:
            raise run.undecided(f"{one.file}: the login brought no ID Token that could be judged")
        asked = grades[DOUBTFUL] if judgement.answer == AVOID else grades.get(one.found_by, most)
        run.grade = _graded(asked, judgement)
        try:
            _must(run, judgement.answer, outcome)
            outcome.must_fetch_nothing()
        except Concluded as concluded:
            concluded.observed = f"{one.file}: {concluded.observed} with {one.edits} (the model: {judgement.rule})"
            raise
        notes.append(f"{Path(one.file).name}: {judgement.answer}")
    run.grade, run.observed = most, "; ".join(notes)


def _graded(grade: Grade, judgement: Judgement) -> Grade:
    """A token that the issuer signed, in another spelling, is no forgery."""
    return replace(grade, severity=LOW) if judgement.spelling else grade


def _must(run: CaseRun, answer: str, outcome: Outcome) -> None:
    if answer in (REFUSE, AVOID):
        outcome.must_be_rejected()
    elif answer == ACCEPT:
        outcome.must_sign_in()
    elif run.driver.names_people:
        outcome.must_keep_identity()


def save(folder: Path, edits: Misbehaviour, judgement: Judgement, found_by: str) -> Path:
    """The edits as a file for `--forgery-file`; its name follows from what is in it."""
    document = {"case": found_by, "expect": judgement.answer, "rule": judgement.rule, "edits": edits.to_json()}
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    file = folder / f"forgery-{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"
    file.write_text(text, encoding="utf-8")
    return file


def _anybody(attempt: Attempt) -> bool:
    return bool(attempt.signed_in and attempt.signed_in.anybody)


def _is_signed_in(attempt: Attempt, who: str) -> bool:
    return bool(attempt.signed_in and attempt.signed_in.who == who)

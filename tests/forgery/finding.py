"""Runs the generated attacks against one relying party, in this process."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from suites._core import MUST, load_cases
from suites._core.runner import run_row
from suites.engine.driver import Driver
from suites.engine.harness import Harness, RunOptions
from targets import zoo
from tests.kill_matrix.accuracy import KILLERS
from tests.kill_matrix.matrix import REFERENCE

Row = dict[str, Any]
WITHIN = 300
"""Examples in which a weakness has to be found."""
REFUSED = (
    "forgery.rejects-refused-claims",
    "forgery.rejects-refused-signatures",
    "forgery.rejects-doubtful-tokens",
)
ACCEPTED = "forgery.accepts-unusual-tokens"
GENERATED = (*REFUSED, ACCEPTED)
ABOUT_ID_TOKENS = (
    *("id-token.", "nonce.rejects-", "jwks.use.", "hybrid.rejects-"),
    *("implicit.rejects-wrong-at-hash", "implicit.rejects-missing-at-hash"),
    "encryption.rejects-encrypted-token-without-signature",
)
"""Beginnings of the cases about the signature or the claims of an ID Token."""
ABOUT_SIGNATURES = (
    "jwks.",
    *(f"id-token.{topic}." for topic in ("signature", "algorithms", "key-sources", "without-kid", "serialization")),
)
_KEY_SET = "it takes another key set than the issuer's own, and the generated tokens leave that alone"
NOT_BY_A_TOKEN = {
    "accepts-published-secrets": _KEY_SET,
    "accepts-short-keys": _KEY_SET,
    "ignores-operations-of-keys": _KEY_SET,
    "ignores-use-member-of-keys": _KEY_SET,
    "ignores-use-of-keys": _KEY_SET,
    "checks-azp-of-one-audience-only": "the model knows no other audience that is trusted",
    "needs-no-azp-of-several-audiences": "the model knows no other audience that is trusted",
    "breaks-down-over-far-expiry": "an expiry beyond calendars is left free",
    "accepts-nonce-of-any-login": "it takes the nonce of another login, and a token is made for one",
    "allows-no-skew-for-expiry": "leeway is the RP's to give or not (RFC 7519 4.1.4), so the model leaves it free",
    "takes-parts-one-by-one": "a token of thousands of parts belongs to --profile dos",
    "takes-encryption-for-a-signature": "the model knows no encrypted ID Tokens",
}
"""Weaknesses of that kind that no generated token can show, with the reason."""


def seeded() -> list[str]:
    """The weaknesses of the reference and its variants that a case about signature or claims of an ID Token names.

    Those that refuse what must be accepted are among them; those of `NOT_BY_A_TOKEN` are not. The same weakness on
    another base is the same weakness.
    """
    named = {name for case, names in KILLERS.items() if case.startswith(ABOUT_ID_TOKENS) for name in names}
    own = [weakness.id for weakness in zoo.weaknesses().values() if weakness.base == REFERENCE]
    return [name for name in own if name in named - NOT_BY_A_TOKEN.keys()]


def rows_of(name: str, cases: tuple[str, ...] = GENERATED, variant: str = "", **options: Any) -> Iterator[Row]:
    """The rows of these cases, one after the other, on a broken RP (a weakness's id) or on a target.

    `variant`: the target that is to have the weakness, where that is not the usual one.
    """
    broken = zoo.weaknesses().get(name)
    os.environ["WEAKNESS"] = broken.name if broken else ""
    with tempfile.TemporaryDirectory(prefix="forgery-") as folder:
        options = {"forgery_examples": WITHIN, "report_directory": Path(folder), **options}
        harness = Harness(RunOptions(variant or (broken.target if broken else name), **options))
        try:
            driver = Driver(harness.start())
            try:
                known = {info.id: info for info in load_cases()}
                for case in cases:
                    yield run_row(driver, known[case], None)[0]
            finally:
                driver.close()
        finally:
            harness.stop()


def generated(name: str = REFERENCE, *, cases: tuple[str, ...] = GENERATED, **options: Any) -> dict[str, Row]:
    """The rows of these cases by the case's id; see `rows_of`."""
    return {row["id"]: row for row in rows_of(name, cases, **options)}


def found_in(weakness: str, cases: tuple[str, ...] = (), **options: Any) -> str:
    """What the generated attacks observe first in this RP that is wrong; empty: nothing. `cases`: all of them."""
    for row in rows_of(weakness, cases or likeliest_first(weakness), **options):
        if row["verdict"] in ("FAIL", "WARN"):
            return f"{row['id']}: {row['observed']}"
    return ""


def likeliest_first(weakness: str) -> tuple[str, ...]:
    """The generated cases; those first that are like the cases that name the weakness, because a search takes long."""
    name = zoo.weaknesses()[weakness].name
    naming = [info for info in load_cases() if name in KILLERS.get(info.id, ())]
    claims, signatures, doubtful = REFUSED
    if not any(".rejects-" in info.id or ".never-" in info.id for info in naming):
        return (ACCEPTED, *REFUSED)
    if any(info.id.startswith(ABOUT_SIGNATURES) for info in naming):
        return (signatures, doubtful, claims, ACCEPTED)
    if not any(info.level == MUST for info in naming):
        return (doubtful, claims, signatures, ACCEPTED)
    return GENERATED


def timed(weakness: str) -> tuple[str, float]:
    """What is found, and in how many seconds."""
    began = time.monotonic()
    return found_in(weakness), time.monotonic() - began

"""The `case` decorator: a requirement on an RP, with everything that a report says about it.

Metadata is checked when the module is imported; a wrong one raises `CaseError` and nothing is collected.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any, TypeVar, cast

import suites
from mock_idp.misbehaviour import Misbehaviour
from suites._core import checks
from suites._core.checks import NEGATIVE, CaseError
from suites._core.grades import MUST, Grade, GradeLike, Level, Severity
from suites._core.repeat import made_twice
from suites._core.spec import Ref
from suites.engine.preflight import ID_TOKEN_SEAMS

__all__ = ["CaseError", "CaseInfo", "case", "case_id", "load_cases"]

_SOURCES = {"userinfo", "userinfo.signing", "userinfo.compact", *ID_TOKEN_SEAMS}
DOS = "dos"
_DOCUMENTS = {"discovery": "discovery", "jwks": "signature"}
"""What everybody at an issuer sees, and what a target must do to be shown it."""
_ENDPOINTS = {"discovery": "discovery", "keys": "signature", "userinfo": "userinfo"}
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class CaseInfo:
    """One case. `idp` is what the IdP does wrong: one misbehaviour, a family of them by member, or nothing.

    `id` is permanent and does not depend on the machine; `title` is the docstring's first line.
    `profiles` are the selections (`--profile`) that the case belongs to.
    """

    id: str
    module: str
    function: str
    title: str
    spec: Ref
    level: Level
    severity: Severity
    covers: tuple[str, ...]
    idp: Misbehaviour | Mapping[str, Misbehaviour] | None = None
    cwe: int | None = None
    asvs: str | None = None
    cve: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    baseline: Misbehaviour | None = None
    grade: Mapping[str, Grade] = field(default_factory=dict)
    okta: bool = False
    profiles: tuple[str, ...] = ()

    @property
    def members(self) -> tuple[str | None, ...]:
        """The family's member names; `(None,)` for a case that is no family. Each has its own result row."""
        return tuple(self.idp) if isinstance(self.idp, Mapping) else (None,)

    def result_id(self, member: str | None = None) -> str:
        """The id of the result row of one member."""
        return f"{self.id}.{member}" if member else self.id

    def misbehaviour(self, member: str | None = None) -> Misbehaviour:
        """What the IdP does wrong for this member; the honest misbehaviour when nothing."""
        if isinstance(self.idp, Mapping):
            return self.idp[member or ""]
        return self.idp or Misbehaviour()

    def missing(self, features: Collection[str], member: str | None = None) -> list[str]:
        """What this row needs and the target does not have: what it says itself, and what its edits are made to."""
        seams = {edit.seam for edit in self.misbehaviour(member) if edit.seam != "check"}
        sources = sorted(
            {"userinfo" if seam.startswith("userinfo") else "id-token" for seam in seams if seam in _SOURCES}
        )
        called = {edit.path[0] for edit in self.misbehaviour(member) if edit.seam == "http"}
        endpoints = [need for name, need in _ENDPOINTS.items() if name in called and need not in features]
        documents = [need for seam, need in _DOCUMENTS.items() if seam in seams and need not in features]
        # A fault in several places needs one place in which the RP can meet it.
        unmet = sources if seams <= _SOURCES and not set(sources) & set(features) else []
        if "initiate_login" in seams and "initiate-login" not in features:
            unmet = [*unmet, "initiate-login"]
        if "token_response" in seams and "code" not in features:
            unmet = [*unmet, "code"]
        needed = [need for need in self.needs if need not in features]
        return list(dict.fromkeys([*needed, *documents, *endpoints, *unmet]))

    def graded(self, kinds: Iterable[str]) -> Grade:
        """Level and severity for an RP of these kinds; the first kind that the case grades counts."""
        found = next((self.grade[kind] for kind in kinds if kind in self.grade), None)
        return found or Grade(self.level, self.severity)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, without the misbehaviours (`misbehaviour(member).to_json()` gives those)."""
        return {
            "id": self.id,
            "title": self.title,
            "spec": self.spec.to_json(),
            "level": str(self.level),
            "severity": str(self.severity),
            "cwe": self.cwe,
            "asvs": self.asvs,
            "cve": list(self.cve),
            "covers": list(self.covers),
            "needs": list(self.needs),
            "profiles": list(self.profiles),
            "results": [self.result_id(member) for member in self.members],
            "grade": {
                kind: {"level": str(g.level), "severity": str(g.severity), "why": g.why}
                for kind, g in self.grade.items()
            },
        }


_registered: dict[str, tuple[CaseInfo, tuple[str, int]]] = {}


def case(
    *,
    spec: Ref,
    level: Level,
    severity: Severity,
    covers: str | tuple[str, ...],
    idp: Misbehaviour | Mapping[str, Misbehaviour] | None = None,
    cwe: int | None = None,
    asvs: str | None = None,
    cve: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
    baseline: Misbehaviour | None = None,
    grade: Mapping[str, GradeLike] | None = None,
    okta: bool = False,
    dos: bool = False,
) -> Callable[[F], F]:
    """Make `test_<expectation>(login)` a case; the function stays callable as it is.

    `covers`: rows of the catalogue. `needs`: features without which the case is NOT_APPLICABLE. `baseline`:
    the honest twin of a fault that rides on something unusual. `grade`: kind of RP → level and severity where
    they differ from `level` and `severity`. `okta`: the case belongs to the profile of Okta set-ups.
    `dos`: it may bring the target down, and runs only when it is asked for (`--profile dos`, or `--case` with its id).
    Raises CaseError when something is missing, unknown or used twice.
    """

    def decorate(function: F) -> F:
        assert isinstance(function, FunctionType)
        name = function.__name__
        where = f"{function.__module__}.{name}"
        info = CaseInfo(
            id=case_id(function.__module__, name),
            module=function.__module__,
            function=name,
            title=checks.title(where, inspect.getdoc(function)),
            spec=checks.reference(where, spec),
            level=checks.member_of(where, "level", level, Level),
            severity=checks.member_of(where, "severity", severity, Severity),
            covers=checks.covered(where, covers),
            idp=checks.misbehaviours(where, idp),
            cwe=checks.cwe(where, cwe),
            asvs=checks.asvs(where, asvs),
            cve=checks.advisories(where, cve),
            needs=checks.features(where, needs),
            baseline=baseline,
            grade=checks.grades(where, grade or {}),
            okta=okta,
            profiles=_profiles(checks.expectation(where, name), level, cwe, okta, dos),
        )
        _register(info, (function.__code__.co_filename, function.__code__.co_firstlineno))
        repeated = made_twice(function)
        repeated.__dict__["__case__"] = info
        return cast(F, repeated)

    return decorate


def case_id(module_name: str, function_name: str, member: str | None = None) -> str:
    """The permanent id: the path below `suites` and the function, `test_` dropped, underscores as dashes.

    `suites.id_token.test_audience`, `test_rejects_x` → `id-token.audience.rejects-x`; a module that is named
    like its folder is not repeated (`state.rejects-x`).
    """
    package, *path = module_name.split(".")
    if package != "suites" or not path:
        raise CaseError(f"{module_name}: cases live below the package `suites`")
    parts = [part.removeprefix("test_") for part in path]
    if len(parts) > 1 and parts[-1] == parts[-2]:
        parts.pop()
    parts.append(function_name.removeprefix("test_"))
    return ".".join([part.replace("_", "-") for part in parts] + ([member] if member else []))


def load_cases() -> tuple[CaseInfo, ...]:
    """Import every case module below `suites` and return all cases, by id."""
    for module in pkgutil.walk_packages(suites.__path__, "suites."):
        if module.name.rpartition(".")[2].startswith("test_"):
            importlib.import_module(module.name)
    return tuple(info for _, (info, _) in sorted(_registered.items()))


def _register(info: CaseInfo, place: tuple[str, int]) -> None:
    """Ids are unique. The same function may come again: a module can be imported twice."""
    known = _registered.get(info.id)
    if known is not None and known[1] != place:
        raise CaseError(f"{info.module}.{info.function}: the id {info.id} is taken by {known[0].module}")
    _registered[info.id] = (info, place)


def _profiles(expectation: str, level: Level, cwe: int | None, okta: bool, dos: bool) -> tuple[str, ...]:
    if dos:
        return (DOS,)
    belongs = {
        "all": True,
        "core": level is MUST,
        "security": expectation in NEGATIVE or cwe is not None,
        "okta": okta,
    }
    return tuple(profile for profile, does in belongs.items() if does)

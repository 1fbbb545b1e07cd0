"""What a case module imports: the decorator, its words, and the type of the `login` fixture."""

from __future__ import annotations

from suites._core.case import CaseError, CaseInfo, case, case_id, load_cases
from suites._core.grades import (
    CODE_BOUND_BY_PKCE,
    CRITICAL,
    HARDENING,
    HIGH,
    IN_CODE_FLOW,
    INFO,
    LOW,
    MEDIUM,
    MUST,
    SHOULD,
    WITH_NONCE,
    WITH_PKCE,
    Grade,
    Level,
    Severity,
)
from suites._core.login import Login
from suites._core.spec import Ref, UnknownReference

__all__ = [
    "CODE_BOUND_BY_PKCE",
    "CRITICAL",
    "HARDENING",
    "HIGH",
    "INFO",
    "IN_CODE_FLOW",
    "LOW",
    "MEDIUM",
    "MUST",
    "SHOULD",
    "WITH_NONCE",
    "WITH_PKCE",
    "CaseError",
    "CaseInfo",
    "Grade",
    "Level",
    "Login",
    "Ref",
    "Severity",
    "UnknownReference",
    "case",
    "case_id",
    "load_cases",
]

"""All cases, by the id of the finding (`tests.doctor.setups`)."""

from __future__ import annotations

from tests.doctor import cases_of_the_application, cases_of_the_org
from tests.doctor.setups import CASES

__all__ = ["CASES", "cases_of_the_application", "cases_of_the_org"]

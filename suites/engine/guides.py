"""Vendors' guides of target files, as the doctor reads them."""

from __future__ import annotations

import dataclasses

from mock_idp.doctor.facts import Guide
from suites.engine.verdicts import BAD_INPUT, SetupError
from targets import target_schema
from targets.target_file import load, shipped
from targets.target_schema import Target


def as_guide(guide: target_schema.Guide | None) -> Guide | None:
    """A target file's guide in the doctor's own words."""
    return Guide.from_json(dataclasses.asdict(guide)) if guide else None


def guide_of(target: Target, name: str) -> Guide:
    """The guide of the target that was named; SetupError(20) when it has none."""
    found = as_guide(target.guide)
    if found is None:
        raise SetupError(f"--guide {name}: the target file {target.source or name} has no [guide]", BAD_INPUT)
    return found


def shipped_guides() -> dict[str, Guide]:
    """The guides of the targets that we ship, by the guide's name."""
    found = [as_guide(load(name, env={}).guide) for name in shipped(with_table="guide")]
    return {guide.name: guide for guide in found if guide}

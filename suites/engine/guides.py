"""Vendors' guides of target files, as the doctor reads them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from mock_idp.doctor.facts import Guide
from suites.engine.verdicts import BAD_INPUT, SetupError
from targets import target_schema
from targets.target_file import load, shipped


def as_guide(guide: target_schema.Guide | None) -> Guide | None:
    """A target file's guide in the doctor's own words."""
    return Guide.from_json(dataclasses.asdict(guide)) if guide else None


def guide_of(name: str) -> Guide:
    """The guide that we ship under this name, else that of a target file; SetupError(20) when there is none."""
    ours = shipped_guides()
    if known := next((guide for key, guide in ours.items() if key.lower() == name.lower()), None):
        return known
    if not Path(name).exists() and name.replace("_", "-") not in shipped():
        raise SetupError(f"--guide {name}: neither a target file nor a guide of ours: {', '.join(ours)}", BAD_INPUT)
    target = load(name)
    found = as_guide(target.guide)
    if found is None:
        raise SetupError(f"--guide {name}: the target file {target.source or name} has no [guide]", BAD_INPUT)
    return found


def shipped_guides() -> dict[str, Guide]:
    """The guides of the targets that we ship, by the guide's name."""
    found = [as_guide(load(name, env={}).guide) for name in shipped(with_table="guide")]
    return {guide.name: guide for guide in found if guide}

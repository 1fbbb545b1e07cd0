"""The zoo: every relying party that we have made, broken or correct. Those that others have written are not in it."""

from __future__ import annotations

from dataclasses import dataclass

from targets.broken import registry
from targets.handmade.weaknesses import WEAKNESSES as HANDMADE
from targets.process import missing
from targets.target_file import SHIPPED, load

OTHER_BASES = ("handmade", "node-rp")
LENIENT = ("lenient",)
AWKWARD = tuple(f"awkward-{path.stem}" for path in sorted(SHIPPED.glob("awkward/*.toml")))
"""Correct relying parties beside the reference and its variants, by the names of their target files."""

NODE = SHIPPED / "node_rp" / "weaknesses"


@dataclass(frozen=True)
class Weakness:
    """A broken relying party: `base` with one check changed, as `name` says; the same name is the same bug on any base.

    `target`: the target file that starts it, when the environment's WEAKNESS is the name.
    """

    base: str
    name: str
    target: str

    @property
    def id(self) -> str:
        """Unique in the zoo: `ignores-nonce` on the reference, `handmade/ignores-nonce` elsewhere."""
        return self.name if self.base == "reference" else f"{self.base}/{self.name}"


def weaknesses() -> dict[str, Weakness]:
    """Every weakness of every base, by id."""
    found = [
        Weakness("reference", name, "-".join(filter(None, ("broken", registry.variant_of(name)))))
        for name in registry.all_weaknesses()
    ]
    found += [Weakness("handmade", name, "handmade-broken") for name in HANDMADE]
    found += [Weakness("node-rp", path.stem, "node-rp-broken") for path in NODE.glob("*.js")]
    return {weakness.id: weakness for weakness in sorted(found, key=lambda one: (one.base != "reference", one.id))}


def not_there(name: str) -> str:
    """What a member of the zoo needs and is not there, with how to get it; empty when it can start.

    `name`: a weakness's id, or the name of a correct one.
    """
    weakness = weaknesses().get(name)
    return missing(load(weakness.target, {"WEAKNESS": weakness.name}) if weakness else load(name))

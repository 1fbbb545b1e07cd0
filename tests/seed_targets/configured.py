"""A seed target with other settings than its file has."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from pathlib import Path

from targets.target_file import load
from tests.third_party.relying_party import RelyingParty, relying_party


def configured(name: str, folder: Path, server: str, **settings: str) -> AbstractContextManager[RelyingParty]:
    """The target with these variables in its environment, and a mock of its own. Skips what is not installed."""
    file = folder / "configured.toml"
    env = ", ".join(f"{variable} = {json.dumps(value)}" for variable, value in settings.items())
    file.write_text(f"extends = {json.dumps(str(load(name).source))}\n[start]\nenv = {{ {env} }}\n")
    return relying_party(file, folder, server=server)

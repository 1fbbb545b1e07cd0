"""Generated attacks of a run: the budget, and saved edits from their files."""

from __future__ import annotations

import json
from pathlib import Path

from mock_idp.misbehaviour import Misbehaviour, MisbehaviourError
from suites.engine.context import Forgery, SavedForgery
from suites.engine.run_options import RunOptions
from suites.engine.verdicts import BAD_INPUT, SetupError


def saved_forgeries(options: RunOptions) -> Forgery:
    """SetupError(20) for a negative budget, and for a file that holds no edits."""
    if options.forgery_examples < 0:
        raise SetupError(f"--forgery-examples {options.forgery_examples}: expected 0 or more", BAD_INPUT)
    saved = tuple(_saved(file) for file in options.forgery_files)
    return Forgery(options.forgery_examples, options.forgery_seed, saved)


def _saved(file: Path) -> SavedForgery:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        edits = Misbehaviour.from_json(document["edits"])
        return SavedForgery(str(file), edits, str(document.get("case", "")))
    except OSError as error:
        raise SetupError(f"--forgery-file {file}: {error.strerror}", BAD_INPUT) from None
    except (ValueError, KeyError, TypeError, MisbehaviourError) as error:
        raise SetupError(f"--forgery-file {file}: no saved edits: {error}", BAD_INPUT) from None

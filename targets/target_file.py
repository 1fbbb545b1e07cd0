"""Reads a target: from a TOML file, by the name of one that we ship, or from nothing but a URL."""

from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from targets.decode import Problem, decode, nearest
from targets.errors import BAD_TARGET_FILE, TargetError
from targets.placeholders import IN_GUIDE, KNOWN, PLACEHOLDER, VARIABLE, fill, mapped
from targets.target_schema import Target
from targets.target_table import read_table

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = Path(__file__).resolve().parent


def shipped(with_table: str = "") -> list[str]:
    """The names of the targets that come with the harness; `targets/<name>/<variant>.toml` is `<name>-<variant>`.

    `with_table`: only those that say this table in their own file.
    """
    return sorted(
        name for name, path in _shipped_files().items() if f"[{with_table}]" in path.read_text() or not with_table
    )


def _shipped_files() -> dict[str, Path]:
    def name(path: Path) -> str:
        return path.parent.name if path.stem == "target" else f"{path.parent.name}-{path.stem}"

    return {name(path).replace("_", "-"): path for path in SHIPPED.glob("*/*.toml")}


def load(reference: str | Path, env: Mapping[str, str] = os.environ) -> Target:
    """The target behind a path, a shipped name or an http(s) URL.

    `env` fills `${NAME}`. {python} and {root} are filled; other placeholders wait for `Target.resolve`.
    Raises TargetError(20) that names the file and the key.
    """
    text = str(reference)
    if re.match(r"https?://", text, re.IGNORECASE):
        return _bare(text)
    return _read(_find(text), env)


def _bare(url: str) -> Target:
    parts = urlsplit(url)
    if not parts.hostname:
        raise TargetError(f"{url}: this URL has no host", BAD_TARGET_FILE)
    return Target(base_url=url, name=parts.netloc.rpartition("@")[2], bare=True)


def _find(reference: str) -> Path:
    path = Path(reference)
    if path.is_file():
        return path
    if by_name := _shipped_files().get(reference.replace("_", "-")):
        return by_name
    if (path / "target.toml").is_file():
        return path / "target.toml"
    if path.suffix == ".toml" or len(path.parts) > 1:
        raise TargetError(f"{reference}: no such target file", BAD_TARGET_FILE)
    hint = nearest(reference.replace("_", "-"), shipped())
    raise TargetError(
        f"{reference}: neither a file, nor a URL, nor a shipped target{hint}. "
        f"Shipped: {', '.join(shipped()) or 'none'}",
        BAD_TARGET_FILE,
    )


def _read(path: Path, env: Mapping[str, str]) -> Target:
    def wrong(message: str) -> NoReturn:
        raise TargetError(f"{path}: {message}", BAD_TARGET_FILE)

    try:
        table = read_table(path)
        _check_placeholders(table)
        target = decode(Target, _from_environment(table, env))
        _check(target)
    except OSError as error:
        wrong(error.strerror or str(error))
    except Problem as problem:
        wrong(str(problem))
    here = path.resolve().parent
    stem = here.name if path.stem == "target" else path.stem
    target = replace(target, name=target.name or stem, source=path.resolve())
    return fill(target, {"python": sys.executable, "root": str(ROOT)})


def command_variables(source: Path) -> tuple[str, ...]:
    """The environment variables that the `[start] command` of a target file names, in its order."""
    command = read_table(source).get("start", {}).get("command", [])
    return tuple(dict.fromkeys(name for word in command for name in VARIABLE.findall(word)))


def _check_placeholders(table: Mapping[str, Any]) -> None:
    """Before the environment is put in: its values are not ours to read, and may hold braces."""

    for key, value in table.items():
        known = IN_GUIDE if key == "guide" else KNOWN

        def look(text: str, known: tuple[str, ...] = known) -> str:
            for match in PLACEHOLDER.finditer(text):
                if match[1] not in known:
                    raise Problem(f"unknown placeholder {match[0]} in {text!r}{nearest(match[1], known)}")
            return text

        mapped(value, look)


def _from_environment(table: Mapping[str, Any], env: Mapping[str, str]) -> Mapping[str, Any]:
    def value(match: re.Match[str]) -> str:
        if match[1] not in env:
            raise Problem(f"{match[0]} is used, but the environment variable {match[1]} is not set")
        return env[match[1]]

    filled: Mapping[str, Any] = mapped(table, lambda text: VARIABLE.sub(value, text))
    return filled


def _check(target: Target) -> None:
    """What the types cannot say."""
    parts = urlsplit(target.base_url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Problem(f"base_url: expected an http or https URL, got {target.base_url!r}")
    if target.start is None and "{port}" in target.base_url:
        raise Problem("base_url: {port} needs a [start] table: only a target that we start gets a port")
    if target.start is not None and not target.start.command:
        raise Problem("[start] command: the list is empty")
    if target.restart is not None and (target.start is not None or not target.restart.command):
        raise Problem("[restart]: a command for a target that we do not start; what we start, we restart ourselves")
    if not (math.isfinite(target.idp.refetch_within) and target.idp.refetch_within >= 0):
        raise Problem(f"[idp] refetch_within: expected seconds, 0 or more, got {target.idp.refetch_within}")
    if not (math.isfinite(target.pace) and target.pace >= 0):
        raise Problem(f"pace: expected seconds, 0 or more, got {target.pace}")
    if target.login.kind == "button" and not target.login.button:
        raise Problem('[login] button: needed with kind = "button", for example button = "text=Sign in"')
    if target.logout and target.logout.kind == "button" and not target.logout.button:
        raise Problem('[logout] button: needed with kind = "button", for example button = "text=Sign out"')
    second = target.second_idp
    if second and second.server == target.idp.server:
        raise Problem(f"[second_idp] server: {second.server!r} is the first IdP already ([idp] server)")
    if second and target.start is None and not second.client_id:
        raise Problem('[second_idp] client_id: needed for a target that runs already ("{client_id}": as at the first)')
    if target.identities.kind == "pool" and not target.identities.pool:
        raise Problem('[identities] pool: needed with kind = "pool"')
    _check_pool(target)
    for requirement in target.start.requires if target.start else ():
        if bool(requirement.command) == bool(requirement.path):
            raise Problem("[start] requires: every entry has either command or path")
    ids = [step.id for step in target.guide.steps] if target.guide else []
    if twice := next((one for one in ids if ids.count(one) > 1), None):
        raise Problem(f"[guide] steps: two steps have the id {twice!r}")
    for waiver in target.waivers:
        if not (waiver.case.strip() and waiver.reason.strip() and waiver.owner.strip()):
            raise Problem("[[waiver]] case, reason and owner must not be empty")


def _check_pool(target: Target) -> None:
    """Everybody in the pool is somebody, and somebody else than the others."""
    seen: set[str] = set()
    for person in target.identities.pool:
        if not (person.sub or person.email or person.name):
            raise Problem("[identities] pool: every entry needs a sub, an email or a name")
        # Without the other two, a name is all that tells people apart.
        known = [value for value in (person.sub, person.email.lower()) if value] or [person.name]
        for value in known:
            if value in seen:
                raise Problem(f"[identities] pool: {value!r} is in two entries")
            seen.add(value)

"""The clients that `make third-party` installs: where they are, and running a script that uses them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
NODE, PYTHON, AXE = HERE / "node", HERE / "python", HERE / "axe" / "node_modules" / "axe-core" / "axe.min.js"
LIMIT = 60.0  # seconds for one script


def node_package(name: str) -> Path:
    """The folder of an installed npm package. Skips the test when it, or node, is not there."""
    folder = NODE / "node_modules" / name
    if not shutil.which("node"):
        pytest.skip(f"{name} needs Node.js, which is not there. Install it, then: make third-party")
    if not folder.is_dir():
        pytest.skip(f"{name} is not there. To get it: make third-party")
    return folder


def node_script(name: str, given: Mapping[str, Any], ca_file: Path, *packages: str) -> Any:
    """What the Node.js script prints (JSON) when it is given this (JSON on standard input)."""
    for package in packages:
        node_package(package)
    return _run(["node", str(NODE / name)], given, {"NODE_EXTRA_CA_CERTS": str(ca_file)})


def python_script(name: str, given: Mapping[str, Any], ca_file: Path) -> Any:
    """The same of a script in the Python environment of Okta's clients."""
    interpreter = PYTHON / ".venv" / "bin" / "python"
    if not (PYTHON / ".venv" / ".ready").is_file():
        pytest.skip("Okta's Python clients are not there. To get them: make third-party")
    # aiohttp follows OpenSSL's variable, requests its own.
    trusted = {"SSL_CERT_FILE": str(ca_file), "REQUESTS_CA_BUNDLE": str(ca_file)}
    return _run([str(interpreter), "-I", str(PYTHON / name)], given, trusted)


def _run(command: list[str], given: Mapping[str, Any], trusted: Mapping[str, str]) -> Any:
    # Nothing else of our environment: no proxy, and no settings of a user of Okta's own tools.
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": os.devnull, **trusted}
    done = subprocess.run(
        command, input=json.dumps(given), capture_output=True, text=True, timeout=LIMIT, env=environment, check=False
    )
    assert done.returncode == 0, f"{command[-1]} ended with {done.returncode}:\n{done.stderr[-4000:]}"
    return json.loads(done.stdout)

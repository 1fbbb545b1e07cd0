"""Relying parties of ours, started from a process that has imported them already.

A case about keys or discovery starts its relying party several times, and most of such a start are imports: of 40
seconds of computing that the matrix spent on the reference, 33 went to processes that it started. So one process
imports everything and forks for each start. What the harness starts and ends is `prestarted.py`: it stands for the
fork, and lives as long as that does.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import importlib
import json
import os
import random
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from targets.broken.registry import all_weaknesses
from targets.target_file import ROOT, load

PREPARED = ("targets.reference", "targets.broken", "targets.handmade", "targets.lenient", "targets.awkward")
IMPORTED = ("targets.reference.app", "targets.handmade.weaknesses")
CLIENT = Path(__file__).with_name("prestarted.py")
GRACE = 3.0  # seconds between SIGTERM and SIGKILL
REQUEST_LIMIT = 1 << 20  # bytes of arguments and environment
BACKLOG = 16


def prestarted(name: str, folder: Path) -> str:
    """A file in the folder: this target, started so. The name itself when it runs none of `PREPARED`."""
    target = load(name)
    command = target.start.command if target.start else ()
    if tuple(command[:2]) != (sys.executable, "-m") or command[2] not in PREPARED:
        return name
    words = [sys.executable, "-I", "-S", str(CLIENT), _address(), *command[2:]]
    path = folder / "prestarted.toml"
    # JSON's strings and lists of strings are TOML's, too.
    said = [("extends", str(target.source)), ("name", target.name), ("start.command", words)]
    path.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in said))
    return str(path)


@functools.cache
def _address() -> str:
    """The socket of this process's own server, which ends with this process."""
    folder = tempfile.TemporaryDirectory(prefix="prestart-")
    address = str(Path(folder.name, "socket"))
    command = [sys.executable, "-m", __name__, address]
    server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdin
    assert server.stdout
    server.stdout.readline()

    def end() -> None:
        assert server.stdin
        server.stdin.close()
        server.wait()
        folder.cleanup()

    atexit.register(end)
    return address


def serve(address: str) -> None:
    """Forks for each connection until standard input ends."""
    for module in IMPORTED:
        importlib.import_module(module)
    all_weaknesses()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen(BACKLOG)
    print("ready", flush=True)
    threading.Thread(target=_end_with_input, daemon=True).start()
    while True:
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            _become(connection)
        connection.close()


def _end_with_input() -> None:
    os.read(0, 1)  # not sys.stdin, whose lock the forks would inherit
    os._exit(0)


def _become(connection: socket.socket) -> None:
    """This fork is from now on what the client asks for: `{"argv", "env", "directory"}` and its output."""
    request, outputs, _, _ = socket.recv_fds(connection, REQUEST_LIMIT, 2)
    asked = json.loads(request)
    os.setpgid(0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, output in enumerate(outputs, 1):
        os.dup2(output, number)
        os.close(output)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["directory"])
    random.seed()
    threading.Thread(target=_end_with, args=[connection], daemon=True).start()
    code = 0
    try:
        sys.argv = asked["argv"]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = 1 if isinstance(end.code, str) else int(end.code or 0)
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    finally:
        connection.sendall(bytes([code]))
        sys.stdout.flush()
        os._exit(code)


def _end_with(connection: socket.socket) -> None:
    """When the client wants the end, or is gone: SIGTERM for all that this fork became, then SIGKILL."""
    connection.recv(1)
    own = os.getpgid(0)
    os.killpg(own, signal.SIGTERM)
    threading.Event().wait(GRACE)
    os.killpg(own, signal.SIGKILL)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        serve(sys.argv[1])

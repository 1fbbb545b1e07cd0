"""`prestarted.py SOCKET MODULE [ARGUMENT…]`: stands for a fork of `prestart`, with its output and its exit code.

SIGTERM is passed on; this process ends when nothing of the fork is left. It starts for every start of a relying party,
so it imports next to nothing and nothing of ours.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys


def main(address: str, *argv: str) -> int:
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(address)
    asked = {"argv": argv, "env": dict(os.environ), "directory": os.getcwd()}
    socket.send_fds(connection, [json.dumps(asked).encode()], [1, 2])
    signal.signal(signal.SIGTERM, lambda *_: connection.shutdown(socket.SHUT_WR))
    code = b"\0"
    # The fork and its own children hold the other end: it is closed when the last of them is gone.
    while received := connection.recv(1):
        code = received
    return code[0]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

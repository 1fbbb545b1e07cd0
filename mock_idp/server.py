"""Running the mock: granian for the public listener, waitress for the control API, one process with both.

granian keeps a main process (which waits for signals) and one worker (which serves). The worker holds all state
and also runs the control API's listener, in a thread. A pipe ties their lives together: when the main process
goes away in any manner, the worker reads the end of the pipe and leaves.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from granian.constants import Interfaces, SSLProtocols
from granian.log import LogLevels
from granian.server import Server
from waitress.server import create_server

from mock_idp import untrusted
from mock_idp.app import create_app
from mock_idp.attempts.control import create_control_app
from mock_idp.console import access
from mock_idp.doctor.facts import Guide
from mock_idp.idp import Idp
from mock_idp.listeners import ServeError, control_socket, reserve
from mock_idp.org.model import Org
from mock_idp.state import RUNNING_FILE
from mock_idp.tls import TlsFiles, authority, tls_files

SWITCH_INTERVAL = 0.0005  # seconds
CONTROL_THREADS = 32
PUBLIC_THREADS = 64


@dataclass(frozen=True)
class ServeOptions:
    """How to run. Port 0 chooses a free one. `public_url` is what the issuer starts with, if it differs.

    `guides`: what the console's doctor can compare with, by name.
    """

    org: Org
    host: str = "127.0.0.1"
    port: int = 0
    control_port: int = 0
    tls: bool = False
    public_url: str | None = None
    state_directory: Path | None = None
    control_token: str | None = None
    api_token: str | None = None
    until_stdin_closes: bool = False
    guides: Mapping[str, Guide] = field(default_factory=dict)


Announce = Callable[[ServeOptions, dict[str, Any]], str]
"""What to print when the mock is ready, from how it runs and the members of the ready line."""


def ready_line(options: ServeOptions, ready: dict[str, Any]) -> str:
    """`{"ready": true, "public_url", "issuers", "control_url", "control_token", "api_token", "admin_url", "ca_file",
    "pid"}`
    """
    del options
    return json.dumps(ready)


def serve(options: ServeOptions, announce: Announce = ready_line) -> None:
    """Serve until SIGINT or SIGTERM. Prints one announcement on stdout when requests are answered."""
    _check(options)
    reserved = reserve(options.host, options.port)
    port = reserved.getsockname()[1]
    scheme = "https" if options.tls else "http"
    host = f"[{options.host}]" if ":" in options.host else options.host
    shown = "127.0.0.1" if options.host in ("0.0.0.0", "::") else host
    public_url = options.public_url or f"{scheme}://{shown}:{port}"
    control = control_socket(options.control_port)
    # Hexadecimal: nothing that a command line could take for an option.
    # In the clear beside https: where metadata must not send anybody (`mock_idp.edits.symbols.plain`).
    plain = control_socket(0) if options.tls else None
    token = options.control_token or secrets.token_hex(24)
    idp = Idp(public_url, options.org, state_directory=options.state_directory, api_token=options.api_token)
    if plain is not None:
        idp.plain_url = f"http://127.0.0.1:{plain.getsockname()[1]}"
    idp.guides = dict(options.guides)
    files = _tls(idp) if options.tls else None
    distrusted = untrusted.contexts(authority(idp.state)) if idp.state and options.tls else {}
    listeners = {kind: control_socket(0) for kind in distrusted}
    idp.untrusted_urls = {kind: f"https://127.0.0.1:{one.getsockname()[1]}" for kind, one in listeners.items()}
    # No thread may run before granian forks its worker: a lock that one holds would stay locked in the worker.
    lifeline_read, lifeline_write = os.pipe()
    # The worker's descriptor 0 becomes /dev/null, so it watches a copy of ours.
    stdin = os.dup(0) if options.until_stdin_closes else None
    parent = os.getpid()

    def load(_target: Any = None) -> Any:
        """Runs in the worker process."""
        # A thread that computes holds the interpreter for 5 ms by default; several logins at once wait for each other.
        sys.setswitchinterval(SWITCH_INTERVAL)
        os.close(lifeline_write)
        _in_background(_leave_with_parent, lifeline_read)
        if stdin is not None:
            _in_background(_interrupt_at_end_of, stdin, parent)
        for server in options.org.authorization_servers[:1]:
            _in_background(idp.keys.published, server.id)  # the first request need not wait for them
        _serve_on(control, create_control_app(idp, token))
        app = create_app(idp)
        if plain is not None:
            _serve_on(plain, app)
            for kind, listener in listeners.items():
                _in_background(untrusted.serve, listener, distrusted[kind], plain.getsockname()[:2])
        _in_background(_say_when_up, connect_to, port, announce(options, ready))
        return app

    server: Any = Server(
        "mock_idp",
        address=options.host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=PUBLIC_THREADS,
        backlog=1024,
        log_level=LogLevels.error,
        workers_kill_timeout=2,
        ssl_cert=files.certificate if files else None,
        ssl_key=files.key if files else None,
        ssl_protocol_min=SSLProtocols.tls12,
    )
    # granian starts its worker anew on SIGHUP, which would forget everything. A terminal that closes means an end,
    # unless whoever started us (nohup) wants us to outlive it.
    outlives = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    server.signal_handler_reload = _ignore if outlives else server.signal_handler_interrupt
    ready = {
        "ready": True,
        "public_url": public_url,
        "issuers": {s.id: idp.issuer(s) for s in options.org.authorization_servers} | {"org": public_url},
        "control_url": f"http://127.0.0.1:{control.getsockname()[1]}",
        "control_token": token,
        "api_token": idp.api_token,
        "admin_url": access.link(idp),
        "ca_file": str(files.ca) if files else None,
        "pid": os.getpid(),
    }
    connect_to = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(options.host, options.host)
    try:
        with _announced(idp, ready, options):
            server.serve(target_loader=load, wrap_loader=False)
    except SystemExit:
        # Ctrl-C reaches the worker, too; when that ends first, granian takes it for a crash.
        if not server.interrupt_signal:
            raise
    reserved.close()


@contextlib.contextmanager
def _announced(idp: Idp, ready: dict[str, Any], options: ServeOptions) -> Iterator[None]:
    """A program of the same user finds this mock by its state directory, unless it is the child of one already."""
    if idp.state is None or options.until_stdin_closes:
        yield
        return
    written = idp.state.write(RUNNING_FILE, json.dumps(ready))
    try:
        yield
    finally:
        written.unlink(missing_ok=True)


def _check(options: ServeOptions) -> None:
    """Raises ServeError for options that could only fail later."""
    for name, port in (("port", options.port), ("control port", options.control_port)):
        if not 0 <= port <= 65535:
            raise ServeError(f"{name} {port}: expected 0 to 65535")
    if options.tls and options.state_directory is None:
        raise ServeError("TLS needs a state directory: that is where the certificate authority lives")
    if options.public_url is None:
        return
    try:
        parts = urlsplit(options.public_url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ServeError(f"public URL {options.public_url!r}: expected http(s)://host or http(s)://host:port")


def _tls(idp: Idp) -> TlsFiles:
    hosts = ["localhost", "127.0.0.1", "::1"]
    name = urlsplit(idp.public_url).hostname
    if name and name not in hosts:
        hosts.append(name)
    assert idp.state is not None
    return tls_files(idp.state, hosts)


def _say_when_up(host: str, port: int, text: str) -> None:
    """Print the text once the worker accepts connections (each try waits for the answer, bounded)."""
    pause = threading.Event()
    for _ in range(2000):
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            pause.wait(0.005)
            continue
        print(text, flush=True)
        return


def _serve_on(listener: socket.socket, app: Callable[..., Any]) -> None:
    _in_background(
        create_server(
            app,
            sockets=[listener],
            threads=CONTROL_THREADS,
            # Nobody stands in front of it, so there are no headers of a proxy to look for.
            clear_untrusted_proxy_headers=False,
        ).run
    )


def _ignore(*_arguments: object) -> None:
    """Nothing."""


def _leave_with_parent(lifeline: int) -> None:
    os.read(lifeline, 1)
    os._exit(0)


def _interrupt_at_end_of(stdin: int, parent: int) -> None:
    while os.read(stdin, 4096):
        pass
    os.kill(parent, signal.SIGINT)


def _in_background(function: Callable[..., object], *arguments: object) -> None:
    threading.Thread(target=function, args=arguments, daemon=True).start()

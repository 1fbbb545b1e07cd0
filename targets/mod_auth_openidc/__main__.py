"""Apache with mod_auth_openidc in the foreground: `python -m targets.mod_auth_openidc`.

Reads ISSUER, CLIENT_ID, CLIENT_SECRET, BASE_URL, PORT and RUN_DIR (an existing folder for this run alone);
optional CA_FILE (PEM) and STRICT (anything: with the directives that end findings). It becomes Apache, so whoever
started it ends Apache by ending it.
"""

from __future__ import annotations

import grp
import os
import pwd
import secrets
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULES = "/usr/lib/apache2/modules"  # where Debian puts them
NEEDED = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "BASE_URL", "PORT", "RUN_DIR")
UNPRIVILEGED = ("www-data", "nobody")


def main() -> None:
    try:
        command, environment = prepare(os.environ)
    except (ValueError, OSError) as error:
        sys.exit(f"targets.mod_auth_openidc: {error}")
    os.execve(command[0], command, environment)


def prepare(given: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """Fills the run folder; returns Apache's command and environment. ValueError says what is missing."""
    if missing := [name for name in NEEDED if not given.get(name)]:
        raise ValueError(f"set {', '.join(missing)} in the environment")
    for name in NEEDED:
        # Apache puts the value into the configuration's text before it reads it.
        if not given[name].isprintable() or set(given[name]) & set('"\\$'):
            raise ValueError(f"{name}: an Apache configuration cannot hold this value")
    if not given["PORT"].isdecimal():
        raise ValueError(f"PORT must be a number, got {given['PORT']!r}")
    apache = shutil.which("apache2", path=f"{given.get('PATH', os.defpath)}:/usr/sbin:/sbin")
    if apache is None or not Path(MODULES, "mod_auth_openidc.so").is_file():
        raise ValueError("Apache or mod_auth_openidc is not installed. To get them: make third-party")
    run_dir = Path(given["RUN_DIR"]).resolve()
    shutil.copytree(HERE / "site", run_dir / "site", dirs_exist_ok=True)
    command = [apache, "-DFOREGROUND", "-f", str(HERE / "httpd.conf")]
    environment = {
        **given,
        "RUN_DIR": str(run_dir),
        "BASE_URL": given["BASE_URL"].rstrip("/"),
        "MODULES": MODULES,
        "PASSPHRASE": secrets.token_urlsafe(32),
        "TMPDIR": str(run_dir),  # for the module's lock files
        "LOG": _log(),
    }
    if given.get("CA_FILE"):
        shutil.copyfile(given["CA_FILE"], run_dir / "ca.pem")
        command += ["-D", "CA"]
    if given.get("STRICT"):
        command += ["-D", "STRICT"]
    if os.geteuid() == 0:
        environment |= _unprivileged(run_dir)
        command += ["-D", "ROOT"]
    return command, environment


def _log() -> str:
    """Standard error, as Apache can write to it. It opens it anew, which only the owner of a pipe may."""
    try:
        os.close(os.open("/dev/stderr", os.O_WRONLY | os.O_APPEND))
    except OSError:
        return "|/bin/cat"
    return "/dev/stderr"


def _unprivileged(run_dir: Path) -> dict[str, str]:
    """Whom Apache's workers run as; makes the run folder, which holds no secret, readable to them."""
    for name in UNPRIVILEGED:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        run_dir.chmod(0o755)
        for path in run_dir.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        return {"RUN_USER": name, "RUN_GROUP": grp.getgrgid(user.pw_gid).gr_name}
    raise ValueError(f"started by root, and there is none of the users {', '.join(UNPRIVILEGED)} to run as")


if __name__ == "__main__":
    main()

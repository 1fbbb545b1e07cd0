"""`gauntlet doctor TARGET`: what is wrong with how a relying party and its Okta app are set up, and how to mend it."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from suites.engine.run_options import TARGET_HELP, RunOptions, add_options
from suites.engine.verdicts import BAD_INPUT, FINDINGS, OK, SetupError

if TYPE_CHECKING:
    from mock_idp.doctor.findings import Finding
    from suites.engine.checkup import Checkup

FORMAT = 1
"""Of the JSON; docs/doctor.md says what is in it."""
OPTIONS = ("--browser", "--headed", "--issuer", "--idp-port", "--idp-host", "--public-url", "--state-dir")


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `doctor` to the command line."""
    doctor = commands.add_parser("doctor", help="say what is wrong with a set-up", description=__doc__)
    doctor.add_argument("target", help=TARGET_HELP)
    doctor.add_argument("--guide", metavar="NAME", help="compare with the guide of this target (a file or a name)")
    doctor.add_argument(
        "--typed-issuer", metavar="TEXT", help="the issuer as it stands in the application, to the letter"
    )
    doctor.add_argument("--json", action="store_true", help="print findings for programs (docs/doctor.md)")
    add_options(doctor.add_argument, OPTIONS)
    doctor.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0: nothing wrong, 1: errors, 11 and 20 to 27: nothing could be looked at (docs/exit-codes.md)."""
    # Half a second of imports; whoever mistypes an option need not wait.
    from gauntlet.check import terminable, undisturbed
    from gauntlet.screen import Screen
    from mock_idp.doctor.examination import examine
    from suites.engine.checkup import check_up
    from suites.engine.guides import as_guide, guide_of
    from suites.engine.harness import Harness
    from targets.errors import TargetError
    from targets.target_file import load

    screen = Screen()
    try:
        target = load(arguments.target)
        guide = guide_of(arguments.guide) if arguments.guide else as_guide(target.guide)
        typed = arguments.typed_issuer or ("" if target.start else arguments.issuer or target.idp.issuer)
        harness = Harness(_options(arguments))
        with terminable():
            try:
                found = check_up(harness.bring_up(), typed, guide)
            finally:
                with undisturbed():
                    harness.stop()
    except (SetupError, TargetError) as error:
        screen.refuse(error.message)
        return error.code
    findings = examine(found.facts)
    code = FINDINGS if any(one.severity == "error" for one in findings) else OK
    document = found.redactor.json(_document(target.name, found, findings, code))
    if arguments.json:
        print(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        screen.print(*_lines(document))
    return code


def _options(arguments: argparse.Namespace) -> RunOptions:
    issuer = (arguments.issuer or "").strip().rstrip("/") or None
    if issuer and "://" not in issuer:
        raise SetupError(
            f"--issuer {issuer}: where the mock listens is a URL, as in http://127.0.0.1:8090; what was typed into the "
            "application goes to --typed-issuer",
            BAD_INPUT,
        )
    return RunOptions(
        target=arguments.target,
        browser=arguments.browser,
        headed=arguments.headed,
        issuer=issuer,
        port=arguments.idp_port,
        host=arguments.idp_host,
        public_url=arguments.public_url,
        state_directory=arguments.state_dir,
    )


def _document(name: str, found: Checkup, findings: list[Finding], code: int) -> dict[str, Any]:
    facts = found.facts
    counts = Counter(one.severity for one in findings)
    return {
        "format": FORMAT,
        "target": name,
        "base_url": facts.party.base_url,
        "issuer": facts.issuer,
        "client_id": facts.settings.client_id,
        "app": facts.settings.label if facts.settings.app else None,
        "guide": facts.guide.name if facts.guide else None,
        "login": {"signed_in": facts.party.signed_in, "text": found.login},
        "counts": {severity: counts[severity] for severity in ("error", "warning", "note")},
        "findings": [one.to_json() for one in findings],
        "exit": code,
    }


def _lines(document: dict[str, Any]) -> list[str]:
    """The same for people."""
    guide = f", guide {document['guide']}" if document["guide"] else ""
    lines = [
        f"target  {document['target']}  {document['base_url']}",
        f"issuer  {document['issuer'] or '(not known: no request has arrived)'}",
        f"app     {document['app'] or '(none)'}  {document['client_id']}{guide}",
        f"login   {document['login']['text']}",
        "",
    ]
    for one in document["findings"]:
        lines += _finding(one)
    counts = document["counts"]
    lines.append(", ".join(_count(counts[name], name) for name in ("error", "warning", "note")))
    wrong = counts["error"] + counts["warning"]
    lines.append(f"exit {document['exit']}: " + ("nothing is wrong" if not wrong else _said(counts)))
    return lines


def _finding(one: dict[str, Any]) -> list[str]:
    rows = [
        ("where", f"{one['where']} → {one['label']}"),
        ("API", one["field"]),
        ("fix", one["fix"]),
        ("guide", f"step {one['step']}" if one["step"] else ""),
        ("seen", one["evidence"]),
    ]
    shown = [f"  {name:6}{text}" for name, text in rows if text and not (name == "API" and text.startswith("rp"))]
    return [f"{one['severity'].upper():8}{one['message']}  ({one['id']})", *shown, ""]


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"


def _said(counts: dict[str, int]) -> str:
    return "mend the errors" if counts["error"] else "no login fails by this; look at the warnings"

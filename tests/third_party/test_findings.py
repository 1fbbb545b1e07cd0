"""Every FAIL and WARN of the relying parties that we did not write is explained, by one root finding each.

Here each explained row and a fixed sample of the others is tried; `make real-rps` tries all.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest

from suites._core.selection import Row
from targets.target_file import ROOT
from tests.kill_matrix.expectations import sampled
from tests.third_party.findings import (
    PAGE,
    STRICT,
    TARGETS,
    all_rows,
    differences,
    expected,
    not_installed,
    page,
    root_findings,
    run,
)

PLAIN = [target for target in TARGETS if not target.endswith(STRICT)]
HTTPD_CONF = ROOT / "targets" / "mod_auth_openidc" / "httpd.conf"


@pytest.mark.parametrize("target", PLAIN)
def test_each_row_is_in_one_root_finding(target: str) -> None:
    findings = root_findings(target)
    rows = Counter(row for finding in findings for row in finding.cases)
    assert [row for row, times in rows.items() if times > 1] == []
    assert set(rows) <= {info.result_id(member) for info, member in all_rows()}
    assert [finding.id for finding in findings if not finding.cases] == []
    assert [finding.id for finding in findings if not set(finding.found) <= set(finding.cases)] == []
    assert len({finding.id for finding in findings}) == len(findings)


def test_the_page_has_the_root_findings() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text


def test_every_strict_directive_ends_a_root_finding() -> None:
    strict = re.search(r"<IfDefine STRICT>(.*?)</IfDefine>", HTTPD_CONF.read_text(encoding="utf-8"), re.DOTALL)
    assert strict
    directives = re.findall(r"^ *(OIDC\w+)", strict[1], re.MULTILINE)
    ended = {finding.ended_by for target in PLAIN for finding in root_findings(target)} - {""}
    assert sorted(directives) == sorted(ended)


@pytest.mark.third_party
@pytest.mark.parametrize("target", TARGETS)
def test_a_run_finds_what_is_explained(target: str) -> None:
    """A strict one is tried on what its directives end."""
    if lacking := not_installed(target):
        pytest.skip(lacking)
    plain = expected(target.removesuffix(STRICT))
    wanted = set(plain) if target in PLAIN else set(plain) - set(expected(target))

    def tried(row: Row) -> bool:
        return row[0].result_id(row[1]) in wanted or sampled(target, row)

    results = run(target, tried)
    assert differences(target, results) == []
    assert wanted <= results.keys()

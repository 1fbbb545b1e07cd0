"""index.html says what results.json says, and cuts what nobody can read."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from lxml import html as lxml_html

from reports import html

from .sample import SPEC, attempt, case, sample


def page(document: dict[str, Any]) -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring(html.render(document))


def words(node: lxml_html.HtmlElement) -> str:
    return " ".join(" ".join(str(text) for text in node.itertext()).split())


def with_cases(*cases: dict[str, Any]) -> dict[str, Any]:
    return sample() | {"cases": list(cases), "summary": dict(Counter(entry["verdict"] for entry in cases))}


def test_counts_are_those_of_the_results() -> None:
    document = page(sample())
    shown = {tile.get("data-verdict"): int(tile.get("data-count")) for tile in document.cssselect("[data-verdict]")}
    assert shown == sample()["summary"]
    rows = Counter(node.get("class").split("is-")[1] for node in document.cssselect("tbody.case"))
    assert dict(rows) == sample()["summary"]
    for tile in document.cssselect("[data-verdict]"):
        assert f"{tile.get('data-count')} " in words(tile)
        assert tile.get("data-verdict") in words(tile)


def test_the_head_says_what_was_tested_and_how_it_ended() -> None:
    header = words(page(sample()).cssselect("header")[0])
    for part in (
        "express-oidc",
        "127.0.0.1:5001",
        "/oauth2/default",
        "0oa1client",
        "http",
        "all",
        "Exit 1",
        "broke a MUST",
    ):
        assert part in header


def test_a_case_shows_its_whole_evidence() -> None:
    told = words(page(sample()).get_element_by_id("case-id-token.signature.rejects-token-of-a-rogue-key"))
    for part in (
        "✗ FAIL",
        "MUST critical",
        "OIDC Core 3.1.3.7 (3)",
        "The Client MUST validate that the aud",
        'id_token.signing.key "a1b2" → became "f00d"',
        "id_token.header.jwk absent",
        "Expected no session",
        "Observed session for canary-3f (302 /home)",
        "victim (sub 00u-canary-3f, canary-3f@example.test, Canary 3f)",
        "CWE-287",
        "ASVS 10.5.4",
        "idt-aud-other-client",
        "gauntlet check reference --case 'id-token.signature.rejects-token-of-a-rogue-key'",
        "Attack",
        "Control",
        "Repeat",
        "token POST",
        "grant_type authorization_code",
        "scope openid scope email",
        "Edits delivered: 1",
        "Sign-in failed",
        "bad aud",
        "INFO callback: signed in canary-3f",
        "evidence/at-attack-3f2a.png",
    ):
        assert part in told


def test_warnings_are_listed_by_topic_after_the_findings() -> None:
    document = page(
        with_cases(
            case("a.one", "WARN", reason="", observed="500 /callback"),
            case("b.two", "WARN", reason="advised only"),
            case("a.three", "WARN", reason="advised only"),
            case("a.follows", "WARN", caused_by="a.one"),
        )
    )
    rows = [words(node) for node in document.cssselect(".warnings li")]
    assert rows == [
        "a (2) a.one critical 500 /callback 1 more follows from it.",
        "a.three critical advised only",
        "b b.two critical advised only",
    ]
    links = document.xpath("//ul[contains(@class, 'warnings')]//a/@href")
    assert all(document.get_element_by_id(link[1:]) is not None for link in links)
    assert not page(with_cases(case("a.b"))).cssselect(".warnings")


def test_the_reference_is_a_link_and_no_quotation() -> None:
    document = page(with_cases(case("a.b")))
    (link,) = document.xpath("//dl[@class='facts']/dt[text()='Reference']/following-sibling::dd[1]/a")
    assert (link.text, link.get("href")) == ("OIDC Core 3.1.3.7 (3)", SPEC)
    assert not document.cssselect("q")


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (1795222718.7408423, "00:58:38.741"),
        (86_399.9999, "00:00:00.000"),
        (0, "00:00:00.000"),
        (-0.5, "23:59:59.500"),
        ("2026-11-21T00:19:02.120Z", "2026-11-21T00:19:02.120Z"),
    ],
)
def test_times_are_those_of_a_clock(at: Any, shown: str) -> None:
    timed = case("a.b")
    timed["evidence"]["attempts"][0]["exchanges"][0]["at"] = at
    assert words(page(with_cases(timed)).cssselect(".attempt [title=UTC]")[0]) == shown


def test_a_time_beyond_all_calendars_is_shown_all_the_same() -> None:
    timed = case("a.b")
    for number, at in enumerate((10**400, 1e308)):
        timed["evidence"]["attempts"][0]["exchanges"][number]["at"] = at
    assert len(page(with_cases(timed)).cssselect(".attempt [title=UTC]")) == 4


def test_the_user_of_the_login_is_no_jargon() -> None:
    own = {"sub": "00u1", "email": None, "name": None, "result": "self"}
    text = words(page(with_cases(case("a.b", identity=own))).cssselect(".facts")[0])
    assert "Signed in the user of this login (sub 00u1)" in text


def test_nobody_has_no_name() -> None:
    nobody = {"sub": "00u1", "email": "a@example.com", "name": None, "result": "nobody"}
    text = words(page(with_cases(case("a.b", identity=nobody))).cssselect(".facts")[0])
    assert "Signed in nobody" in text
    assert "00u1" not in text


def test_steps_are_listed_and_stand_for_the_edits_where_there_are_none() -> None:
    steps = ["the victim signs in", "<b>the attacker</b> follows"]
    bare = page(with_cases(case("a.b", changed=[], steps=steps)))
    assert [words(node) for node in bare.cssselect(".steps li")] == steps
    assert "We changed" not in words(bare.cssselect(".facts")[0])
    both = words(page(with_cases(case("a.b", steps=steps))).cssselect(".facts")[0])
    assert "We did the victim signs in" in both
    assert "We changed id_token.claims.aud" in both


def test_long_values_that_look_alike_show_where_they_differ() -> None:
    edit = {"seam": "s", "path": [], "before": "a" * 500, "after": "a" * 250 + "#" + "a" * 249, "edit": ""}
    text = words(page(with_cases(case("a.b", changed=[edit]))).cssselect(".edit")[0])
    assert text.endswith(f"Different: …{'a' * 17}… → became …{'a' * 8}#{'a' * 8}…")


def test_findings_are_the_failures_that_count_worst_first() -> None:
    links = page(sample()).xpath("//section[@aria-labelledby='findings']/ul[1]//a/text()")
    assert links == ["id-token.signature.rejects-token-of-a-rogue-key", "nonce.rejects-token-without-nonce"]


def test_findings_are_ordered_by_severity_not_by_position() -> None:
    severities = ["info", "critical", "low", "high", "medium"]
    document = page(with_cases(*(case(f"a.{severity}", "FAIL", severity=severity) for severity in severities)))
    shown = [words(node) for node in document.cssselect(".findings .severity")]
    assert shown == ["critical", "high", "medium", "low", "info"]


def test_every_link_in_the_page_has_its_target_and_ids_are_unique() -> None:
    document = page(with_cases(case("a.b"), case("a.b"), case("a.b[x]"), case("a.b~x~")))
    ids = document.xpath("//@id")
    assert len(ids) == len(set(ids))
    for link in document.xpath("//a/@href[starts-with(., '#')]"):
        assert link[1:] in ids


def test_a_follower_links_to_its_root() -> None:
    follower = page(sample()).get_element_by_id("case-id-token.signature.rejects-unsigned-token")
    assert "#case-id-token.signature.rejects-token-of-a-rogue-key" in follower.xpath(".//a/@href")
    assert "follows" in words(follower.cssselect(".verdict")[0])


def test_preflight_and_waivers_are_listed() -> None:
    text = words(page(sample()))
    for part in (
        "ID Token signature is checked a token of a rogue key signs in",
        "stale pkce.* old gateway owner team-edge",
    ):
        assert part in text


@pytest.mark.parametrize("cases", [[], [case("a.b")]])
def test_an_empty_or_green_run_says_that_there_is_no_finding(cases: list[dict[str, Any]]) -> None:
    document = with_cases(*cases) | {
        "preflight": [],
        "waivers": [],
        "exit": {"code": 0, "meaning": "nothing found"},
    }
    text = words(page(document))
    assert "No finding counts against this target." in text
    assert ("No case ran." in text) == (not cases)


def test_big_values_are_cut_with_a_note_and_output_keeps_its_end() -> None:
    big = case("a.big", "FAIL", observed="o" * 100_000)
    big["evidence"]["attempts"] = [attempt("attack")]
    big["evidence"]["attempts"][0]["exchanges"] *= 400
    big["evidence"]["attempts"][0]["exchanges"][1]["response"]["body"] = "b" * 3_000_000
    big["evidence"]["target_output"] = "BEGIN" + "l" * 100_000 + "END"
    big["evidence"]["attempts"][0]["page"]["text"] = "p" * 100_000
    rendered = html.render(with_cases(big))
    assert "b" * (html.BODY_LIMIT + 1) not in rendered
    assert "of 3000000 characters" in rendered
    assert "Cut: the first 200 of 800 exchanges" in rendered
    text = page(with_cases(big)).text_content()
    assert "lEND" in text
    assert "BEGIN" not in text


@pytest.mark.parametrize(
    "body",
    [None, "", "plain", '{"broken', "[" * 100_000, {"a": [1]}, ["x"], '{"a":' * 5000 + "1" + "}" * 5000],
)
def test_any_body_can_be_shown(body: Any) -> None:
    odd = case("a.odd")
    odd["evidence"]["attempts"][0]["exchanges"][0]["response"]["body"] = body
    assert "a.odd" in html.render(with_cases(odd))


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ('{"a":1}', '{\n  "a": 1\n}'),
        ('{"sub":"me","sub":"you"}', '{"sub":"me","sub":"you"}'),
        ('{"exp":1e999}', '{"exp":1e999}'),
        ('{"a":"\\u202e"}', '{"a":"\\u202e"}'),
    ],
)
def test_json_is_laid_out_only_when_nothing_is_lost(body: str, shown: str) -> None:
    odd = case("a.odd")
    odd["evidence"]["attempts"] = [attempt("attack")]
    odd["evidence"]["attempts"][0]["exchanges"][1]["response"]["body"] = body
    texts = [node.text for node in page(with_cases(odd)).cssselect(".attempt pre")]
    assert shown in texts


def test_the_style_is_allowed_by_its_hash_alone() -> None:
    (policy,) = page(sample()).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy

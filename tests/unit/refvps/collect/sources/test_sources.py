import json
import os
import sys
from pathlib import Path

import pytest

from refvps import plugins
from refvps.collect.sources.source import Found, SourceContext, found_at, is_address
from refvps.collect.text_files import plain
from refvps.errors import CollectError, ConfigError, DataError
from support.loopback import Reply, Request, serving


def no_fetcher() -> None:
    raise AssertionError("no network is asked")


def context(base: Path, *queries: tuple[str, str]) -> SourceContext:
    return SourceContext(base, no_fetcher, queries)


def all_found(kind: str, options: dict, given: SourceContext) -> list[Found]:
    source = plugins.load(plugins.SOURCES, kind)(options, given)
    assert source.basis
    cursor, found = None, []
    while True:
        page = source.page(cursor)
        assert source.page(cursor) == page or kind == "research-api"
        found += page.found
        cursor = page.cursor
        if cursor is None:
            return found


def test_addresses_of_tiktok_lose_name_and_query(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        "# mine\nhttps://www.tiktok.com/@who/video/71?x=1\n\nhttps://example.org/v.mp4?a=1\n"
    )
    post, other = all_found("urls", {"file": "a.txt"}, context(tmp_path))
    assert (post.platform, post.native_id) == ("tiktok", "71")
    assert post.url == "https://www.tiktok.com/@_/video/71"
    assert (other.platform, other.url) == ("web", "https://example.org/v.mp4?a=1")


def test_a_long_list_is_read_in_pages(tmp_path: Path) -> None:
    lines = [json.dumps({"url": f"http://h.org/{n}", "concept": "fire"}) for n in range(250)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    found = all_found("urls", {"file": "a.jsonl"}, context(tmp_path))
    assert [each.url for each in found] == [f"http://h.org/{n}" for n in range(250)]
    assert {each.concept for each in found} == {"fire"}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "url,concept\nnothing,fire\n", "line 2: expected a url"),
        ("a.jsonl", '{"url": "http://h"}\n{', "line 2: not valid JSON"),
        ("a.jsonl", "[1]", "line 1: expected an object"),
        ("a.txt", "ftp://h/x", "line 1: expected a url that starts with http"),
        ("a.csv", "url\nhttp://h/" + "a" * 200_000, "line 2: not valid CSV: field larger"),
        ("a.jsonl", '{"url": "http://h/x", "concept": ["fire"]}', "line 1: .* a concept's id"),
        ("a.jsonl", '{"url": ' + "[" * 100_000, "line 1: not valid JSON"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(DataError, match=said):
        all_found("urls", {"file": name}, context(tmp_path))


def test_unknown_options_of_a_source_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="source urls: fil: unknown key; known here: file"):
        all_found("urls", {"fil": "a"}, context(tmp_path))


def test_files_are_known_by_their_content(tmp_path: Path) -> None:
    for place, content in {"fire/a.mp4": b"1", "smoke/b.mp4": b"1", "smoke/c.txt": b"2"}.items():
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_bytes(content)
    options = {"path": ".", "concept_folders": True}
    first, second = all_found("folder", options, context(tmp_path))
    assert first.native_id == second.native_id
    assert (first.concept, second.concept) == ("fire", "smoke")


CAPTURE = [
    {
        "source_platform_url": "https://www.tiktok.com/search?q=Ice%20melting&t=1",
        "data": {
            "id": "71",
            "desc": "ice",
            "author": {"id": "5", "uniqueId": "who"},
            "video": {"duration": 7},
            "createTime": "1760000000",
            "isAd": True,
            "aigcLabelType": 1,
            "duetInfo": {"duetFromId": "0"},
            "not known": [1],
        },
    },
    {"source_platform_url": "https://www.tiktok.com/tag/fog", "data": {"aweme_id": 72}},
    {"source_platform_url": "https://www.tiktok.com/@who", "data": {"id": "73", "video": None}},
    {"source_platform_url": "", "data": {"id": "71"}},
    {"source_platform_url": "", "data": {"liveRoom": 1}},
]


def test_a_browser_capture_keeps_order_query_and_flags(tmp_path: Path) -> None:
    (tmp_path / "c.ndjson").write_text("\n".join(map(json.dumps, CAPTURE)))
    given = context(tmp_path, ("ice melting", "ice"), ("#fog", "fog"))
    found = all_found("browser-capture", {"file": "c.ndjson"}, given)
    assert [each.native_id for each in found] == ["71", "72", "73"]
    first = found[0]
    assert (first.query, first.concept, first.flags) == ("Ice melting", "ice", ("ad", "ai"))
    assert (first.duration_ms, first.posted_at) == (7000, "2025-10-09T08:53:20Z")
    assert (found[1].query, found[1].concept) == ("#fog", "fog")
    assert "who" not in first.url


STRANGE = [
    '{"data": {"id": "71", "desc": "cut \\ud83d"}}',
    '{"data": {"id": "72", "desc": "two\u2028lines\x85", "video": {"duration": "abc"}}}',
    '{"data": {"id": "73", "video": {"duration": 1e999}, "createTime": "9999999999999999"}}',
    '{"data": {"id": "74", "maskType": [1], "aigcInfo": 3, "author": {"id": ["x"]}}}',
    '{"data": {"id": "\u0661\u0662"}, "source_platform_url": "http://[::1/search"}',
    '{"data": {"id": "' + "7" * 400 + '"}}',
]


def test_a_strange_post_in_a_capture_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "c.ndjson").write_text("\n".join(STRANGE), "utf-8")
    found = all_found("browser-capture", {"file": "c.ndjson"}, context(tmp_path))
    assert [each.native_id for each in found] == ["71", "72", "73", "74"]
    assert [each.title for each in found] == ["cut \ufffd", "two\u2028lines\x85", "", ""]
    assert {each.duration_ms for each in found} == {None}


def test_rows_of_a_table_keep_line_breaks_and_forget_what_has_no_column(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(
        b'\xef\xbb\xbfurl,query\r\nhttp://h.org/1,"two\r\nlines",more,and more\r\nhttp://h.org/2\r\n'
    )
    first, second = all_found("urls", {"file": "a.csv"}, context(tmp_path))
    assert (first.query, second.query) == ("two\r\nlines", "")


def test_pipes_are_no_videos_and_names_may_be_any_bytes(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    (tmp_path / os.fsdecode(b"bad\xff%20.mp4")).write_bytes(b"1")
    (only,) = all_found("folder", {"path": "."}, context(tmp_path))
    assert is_address(only.url, "local")
    assert plain(only.title) == "bad\ufffd%20"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://[::1/a",
        "http://h:99999999/",
        "http://a b",
        "http:///x",
        "http://h/\x00",
        "http://h/\ud83d",
        "http://h/" + "a" * 5000,
        "",
    ],
)
def test_what_is_no_address_on_the_web_is_never_found(url: str) -> None:
    with pytest.raises(CollectError, match="expected a url"):
        found_at(url)


def program(code: str, **more: object) -> dict:
    return {"command": [sys.executable, "-c", code], "basis": "test", **more}


def test_a_program_names_videos_line_by_line(tmp_path: Path) -> None:
    code = 'print(\'{"url": "http://h/1"}\'); '
    code += 'print(\'{"url": "http://h/2", "platform": "mine", "id": "2"}\')'
    first, second = all_found("program", program(code), context(tmp_path))
    assert (first.platform, second.platform, second.native_id) == ("web", "mine", "2")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("print('nonsense')", "line 1: expected an object with a url; found nonsense"),
        ("import sys; sys.exit('no key')", "exits 1: no key"),
        ("while True: pass", "took longer than 0.5 s"),
        (
            'print(\'{"url": "u", "platform": "a", "id": "../x"}\')',
            "line 1: platform and id 'a', '../x' cannot be used",
        ),
    ],
)
def test_a_program_that_fails_is_one_line(tmp_path: Path, code: str, said: str) -> None:
    with pytest.raises(CollectError, match=said):
        all_found("program", program(code, seconds=0.5), context(tmp_path))


def test_hashtags_are_said_to_be_unsupported(tmp_path: Path) -> None:
    with pytest.raises(CollectError, match="unsupported upstream"):
        all_found("hashtag", {}, context(tmp_path))


def research(monkeypatch: pytest.MonkeyPatch, host: str, **more: object) -> dict:
    monkeypatch.setenv("TIKTOK_CLIENT_KEY", "key")
    monkeypatch.setenv("TIKTOK_CLIENT_SECRET", "hidden")
    days = {"first_day": "2026-01-01", "last_day": "2026-02-15"}
    return {**days, "host": host, "wait": 0.0, **more}


class ResearchServer:
    """Two windows a query: 130 records in the first, a server that fails in the second of "b"."""

    def __init__(self) -> None:
        self.tokens = 0
        self.asked: list[dict] = []

    def __call__(self, request: Request) -> Reply:
        if request.path == "/v2/oauth/token/":
            self.tokens += 1
            return self.json({"access_token": f"t{self.tokens}", "expires_in": 7200})
        body = json.loads(request.body)
        self.asked.append(body)
        if len(self.asked) == 2 and request.headers["Authorization"] == "Bearer t1":
            return Reply(401, b"{}", "application/json")
        text = body["query"]["and"][0]["field_values"][0]
        if text == "b" and body["start_date"] == "20260131":
            return Reply(500, b"{}", "application/json")
        first = body.get("cursor", 0)
        assert (first == 0) == ("search_id" not in body)
        total = 130 if body["start_date"] == "20260101" else 1
        names = range(first, min(first + 100, total))
        base = {"a": 10_000, "b": 20_000}[text] + (1000 if total == 1 else 0)
        videos = [{"id": base + n, "duration": 5} for n in names]
        more = {"has_more": first + 100 < total, "cursor": first + 100, "search_id": "s"}
        return self.json({"data": {"videos": videos, **more}})

    def json(self, value: dict) -> Reply:
        return Reply(body=json.dumps(value).encode(), kind="application/json")


def test_the_research_api_is_paged_by_window_and_outlives_its_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = ResearchServer()
    with serving(answers) as server:
        options = research(monkeypatch, server.url)
        source = plugins.load(plugins.SOURCES, "research-api")(
            options, context(tmp_path, ("a", "ice"), ("b", "fog"))
        )
        cursor, found, notes = None, [], []
        while True:
            page = source.page(cursor)
            found += page.found
            notes += [page.note] if page.note else []
            cursor = page.cursor
            if cursor is None:
                break
    assert len(found) == 130 + 1 + 130
    assert {each.concept for each in found} == {"ice", "fog"}
    assert answers.tokens == 2
    assert notes == ["no answer for 'b', window 1"]
    assert all(each.title == "" and each.author == "" and not each.raw for each in found)
    windows = {(body["start_date"], body["end_date"]) for body in answers.asked}
    assert windows == {("20260101", "20260130"), ("20260131", "20260215")}


def test_a_used_up_quota_stops_and_says_when_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(request: Request) -> Reply:
        if "oauth" in request.path:
            return Reply(body=b'{"access_token": "t"}', kind="application/json")
        return Reply(429, b"{}", "application/json")

    with serving(answer) as server, pytest.raises(CollectError, match="go on tomorrow"):
        all_found(
            "research-api", research(monkeypatch, server.url), context(tmp_path, ("a", "ice"))
        )


def test_the_research_api_needs_the_operators_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = research(monkeypatch, "http://127.0.0.1:9")
    monkeypatch.delenv("TIKTOK_CLIENT_KEY")
    with pytest.raises(ConfigError, match="set the environment variable TIKTOK_CLIENT_KEY"):
        all_found("research-api", options, context(tmp_path, ("a", "ice")))

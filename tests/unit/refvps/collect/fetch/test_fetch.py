"""What is done about failures, with a fetcher whose answers are told."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from refvps.collect.attempts import Failure
from refvps.collect.fetch.fetch import Fetching, to_fetch
from refvps.collect.fetch.job import Answer, FetchOptions, Job
from refvps.collect.removal import Removal, remove
from refvps.collect.store.records import Candidate, Fetched
from refvps.collect.store.store import Store
from refvps.errors import CollectError
from support.collection import candidate, concept, source_run

OPTIONS = FetchOptions(breaker=3, retry_wait=10.0)


class ToldFetcher:
    """Answers by the last part of the address; writes a file where all is well."""

    def __init__(self, answer: Callable[[str, int], Answer]) -> None:
        self.answer, self.asked = answer, []

    def do(self, job: Job) -> Answer:
        name = job.url.rpartition("/")[2]
        self.asked.append(name)
        answer = self.answer(name, self.asked.count(name))
        if answer.error_class:
            return answer
        path = Path(job.folder) / "media.mp4"
        path.write_bytes(name.encode())
        return Answer(path=str(path), info=answer.info or {"format_id": "f"})

    def tool(self) -> str:
        return "told"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    clock = ["2026-01-02T03:04:05Z"]
    with Store(tmp_path, now=lambda: clock[0]) as opened:
        opened.clock = clock
        opened.put(concept(), source_run())
        for name in "abcdef":
            opened.put(candidate(name))
        yield opened


def fetched_by(store: Store, answer: Callable[[str, int], Answer], **more: frozenset[str]) -> tuple:
    fetcher, waits = ToldFetcher(answer), []
    fetching = Fetching(store, OPTIONS, fetcher, waits.append)
    steps = list(fetching.run(to_fetch(store, OPTIONS, **more)))
    return [step.status for step in steps], fetcher.asked, waits


def failing(name: str) -> Callable[[str, int], Answer]:
    return lambda asked, count: Answer(name if asked == "a" else "", "told")


def test_a_server_that_fails_is_asked_again_with_doubling_waits(store: Store) -> None:
    status, asked, waits = fetched_by(
        store, lambda name, n: Answer("server" if name == "a" and n < 3 else "")
    )
    assert status == ["ok"] * 6
    assert (asked[:3], waits) == (["a"] * 3, [10.0, 20.0])
    assert len(store.all(Fetched)) == 6


def test_what_is_gone_is_asked_once_parked_for_a_week_then_final(store: Store) -> None:
    assert fetched_by(store, failing("gone"))[1].count("a") == 1
    assert fetched_by(store, failing("gone"))[1] == []
    store.clock[0] = "2026-01-09T03:04:06Z"
    assert fetched_by(store, failing("gone"))[1] == ["a"]
    assert store.get(Failure, candidate_id="test:a").final
    store.clock[0] = "2027-01-09T03:04:06Z"
    assert fetched_by(store, failing("gone"))[1] == []
    assert fetched_by(store, failing(""), retry=frozenset({"gone"}))[1] == ["a"]
    assert store.all(Failure) == ()
    assert len(store.all(Fetched)) == 6


def test_a_rate_limit_stops_the_host_until_the_time_it_names(store: Store) -> None:
    limit = Answer("rate_limited", "slowly", 429, 120)
    status, asked, _ = fetched_by(store, lambda name, _: limit if name == "b" else Answer())
    assert (status, asked) == (["ok", "failed", *["waiting"] * 4], ["a", "b"])
    assert store.get(Failure, candidate_id="test:b").not_before == "2026-01-02T03:06:05Z"


def test_failures_in_a_row_that_look_like_a_block_stop_the_host(store: Store) -> None:
    status, _, _ = fetched_by(store, lambda *_: Answer("blocked_or_gone"))
    assert status == [*["failed"] * 3, *["waiting"] * 3]
    assert not any(failure.final for failure in store.all(Failure))


def test_one_success_ends_the_row(store: Store) -> None:
    status, _, _ = fetched_by(
        store, lambda name, _: Answer("" if name == "c" else "blocked_or_gone")
    )
    assert status == ["failed", "failed", "ok", "failed", "failed", "failed"]


def test_a_private_post_is_final_and_others_go_on(store: Store) -> None:
    assert fetched_by(store, failing("private"))[0] == ["failed", *["ok"] * 5]
    assert store.get(Failure, candidate_id="test:a").final


def test_a_full_disk_stops_the_run_and_says_what_to_do(store: Store) -> None:
    with pytest.raises(CollectError, match="make room"):
        fetched_by(store, failing("disk"))


def test_an_excluded_video_is_looked_at_again_only_with_other_options(store: Store) -> None:
    fetched_by(store, lambda name, _: Answer("excluded", "too-long") if name == "a" else Answer())
    assert to_fetch(store, OPTIONS) == ()
    longer = OPTIONS.model_copy(update={"most_seconds": 900.0})
    assert [each.native_id for each in to_fetch(store, longer)] == ["a"]


def test_a_file_that_was_removed_is_not_taken_from_elsewhere(store: Store) -> None:
    fetched_by(store, failing(""))
    media_id = store.get(Fetched, candidate_id="test:a").media_id
    assert remove(store, "candidate", "test:a", "asked") == 1
    store.put(candidate("again", url="https://elsewhere.org/a"))
    assert fetched_by(store, failing(""))[0] == ["excluded"]
    assert media_id.encode() not in b"".join(traces(store))


def test_all_of_an_author_goes(store: Store) -> None:
    named = [Candidate(**{**fields(each), "author": "77"}) for each in store.all(Candidate)[:2]]
    store.put(*named)
    fetched_by(store, lambda *_: Answer())
    assert remove(store, "author", "test:77", "asked") == 2
    assert [each.native_id for each in store.all(Candidate)] == ["c", "d", "e", "f"]
    assert len(list(store.folder.glob("media/*/*"))) == 4


AS_POSTED = {"extractor_key": "TikTok", "id": "71", "uploader_id": "77", "uploader": "who"}


def short_links(name: str, _: int) -> Answer:
    """Answer to addresses that say neither whose a post is nor what it is called."""
    return Answer(info=AS_POSTED if name in "ab" else {"format_id": "f"})


@pytest.mark.parametrize("name", ["tiktok:77", "tiktok:who", "https://www.tiktok.com/@who"])
def test_an_author_goes_whose_posts_came_from_bare_addresses(store: Store, name: str) -> None:
    fetched_by(store, short_links)
    assert remove(store, "author", name, "asked") == 2
    assert [each.native_id for each in store.all(Candidate)] == ["c", "d", "e", "f"]
    store.put(candidate("b", url="https://elsewhere.org/b"))
    assert fetched_by(store, short_links)[0] == ["excluded"]
    assert [each for each in traces(store) if b"tiktok:77" in each or b"tiktok:who" in each] == []


def test_a_post_goes_by_the_name_that_its_platform_gives_it(store: Store) -> None:
    fetched_by(store, short_links)
    assert remove(store, "candidate", "https://www.tiktok.com/@who/video/71?x=1", "asked") == 2
    store.put(candidate("a", url="https://elsewhere.org/a?short"))
    assert fetched_by(store, lambda *_: Answer(info=AS_POSTED))[0] == ["excluded"]


@pytest.mark.parametrize(
    ("kind", "name"),
    [("candidate", "7123"), ("author", "@who"), ("media", "tiktok:71"), ("candidate", "file:///x")],
)
def test_what_names_nothing_is_no_removal(store: Store, kind: str, name: str) -> None:
    with pytest.raises(CollectError, match="expected"):
        remove(store, kind, name, "asked")
    assert store.all(Removal) == ()


def test_only_a_folders_videos_may_be_files_of_this_machine(store: Store) -> None:
    store.put(candidate("a", url="file:///etc/hostname"))
    assert fetched_by(store, failing(""))[0] == ["failed", *["ok"] * 5]
    assert store.get(Failure, candidate_id="test:a").error_class == "unsupported_url"


def test_a_file_of_any_name_is_copied(store: Store, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode("ice %20 é #?".encode() + b"\xff.mp4")
    path.write_bytes(b"a video")
    store.put(Candidate(**{**fields(candidate("a", url=path.as_uri())), "platform": "local"}))
    assert fetched_by(store, failing(""))[0] == ["ok"] * 6


def test_half_a_character_in_what_a_platform_says_stops_nothing(store: Store) -> None:
    said = {"title": "ice \ud83d", "uploader_id": "\ud83d", "extractor_key": "TikTok"}
    statuses = fetched_by(store, lambda name, _: Answer(info=said))[0]
    assert statuses == ["ok"] * 6


def traces(store: Store) -> list[bytes]:
    return [path.read_bytes() for path in store.folder.rglob("*") if path.is_file()]


def fields(record: Candidate) -> dict:
    return {name: getattr(record, name) for name in Candidate.__slots__}

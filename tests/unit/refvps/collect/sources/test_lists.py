from pathlib import Path

import pytest

from refvps import plugins
from refvps.collect.fetch.job import Answer, Job
from refvps.collect.sources.source import SourceContext
from refvps.errors import CollectError, ConfigError

COLLECTION = "https://www.tiktok.com/@who/collection/finds-72"


class ListFetcher:
    """A list of so many posts, or a failure."""

    def __init__(self, count: int, failure: Answer | None = None) -> None:
        self.count, self.failure, self.jobs = count, failure, []

    def do(self, job: Job) -> Answer:
        self.jobs.append((job.first, job.last))
        numbers = range(job.first, min(job.last, self.count) + 1)
        return self.failure or Answer(entries=tuple(entry(number) for number in numbers))

    def tool(self) -> str:
        return "told"


def entry(number: int) -> dict:
    url = f"https://www.tiktok.com/@who/video/{number}"
    return {"url": url, "title": "t", "uploader_id": "7", "duration": 1.5}


def opened(kind: str, fetcher: ListFetcher, **options: object):
    context = SourceContext(Path(), lambda: fetcher)
    return plugins.load(plugins.SOURCES, kind)(options, context)


@pytest.mark.parametrize(
    ("count", "most", "pages"), [(250, 1000, 3), (120, 1000, 2), (250, 130, 2)]
)
def test_a_list_is_read_in_pages_to_its_end_or_as_far_as_wanted(
    count: int, most: int, pages: int
) -> None:
    fetcher = ListFetcher(count)
    source = opened("collection", fetcher, url=COLLECTION, most=most)
    cursor, found = None, []
    while True:
        page = source.page(cursor)
        found += page.found
        cursor = page.cursor
        if cursor is None:
            break
    assert [each.native_id for each in found] == [str(n + 1) for n in range(min(count, most))]
    assert len(fetcher.jobs) == pages
    assert found[0].url == "https://www.tiktok.com/@_/video/1"
    assert (found[0].author, found[0].duration_ms) == ("7", 1500)


def test_one_video_is_a_list_of_one() -> None:
    fetcher = ListFetcher(0, Answer("unsupported_url", "is one video and no list"))
    page = opened("generic", fetcher, url="https://example.org/v.mp4").page(None)
    assert [each.url for each in page.found] == ["https://example.org/v.mp4"]
    assert page.cursor is None


def test_a_listing_that_fails_says_what_to_do() -> None:
    fetcher = ListFetcher(0, Answer("listing_failed", "no id"))
    with pytest.raises(CollectError, match="listing_failed: no id; list a collection"):
        opened("user", fetcher, url="https://www.tiktok.com/@who").page(None)


@pytest.mark.parametrize(
    ("kind", "url"),
    [("collection", "https://www.tiktok.com/@who"), ("user", "https://www.tiktok.com/tag/fog")],
)
def test_an_address_of_another_kind_is_refused(kind: str, url: str) -> None:
    with pytest.raises(ConfigError, match=f"source {kind}: url: expected .*; found '{url}'"):
        opened(kind, ListFetcher(0), url=url)

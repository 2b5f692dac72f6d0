"""The real yt-dlp and its real TikTok extractor, against a proxy that answers for TikTok."""

import hashlib
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("yt_dlp", reason="the extra `collect` is not installed")
pytest.importorskip("curl_cffi", reason="the extra `collect` is not installed")
if shutil.which("openssl") is None:
    pytest.skip("openssl makes the throw-away certificate; not found", allow_module_level=True)

from refvps.collect.fetch.client import FetchProcess
from refvps.collect.fetch.job import Answer, FetchOptions, Job
from support.loopback import (
    LoopbackServer,
    Reply,
    Request,
    serving,
    throw_away_certificate,
    tiktok_item,
    video_page,
)

MEDIA = random.Random(1).randbytes(300_000)
TIERS = {
    "v0_h264_1080p_2000000": ("/h264-1080.mp4", 900_000),
    "v0_bytevc1_1080p_1500000": ("/hevc-1080.mp4", 800_000),
    "v0_bytevc1_540p_500000": ("/hevc-540.mp4", 200_000),
    "v0_h264_540p_700000": ("/h264-540.mp4", len(MEDIA)),
    "v0_h264_720p_1000000": ("/h264-720.mp4", 500_000),
}
STATUSES = {
    "10204": "blocked_or_gone",
    "10216": "private",
    "10222": "private",
    "10231": "blocked_or_gone",
}
POSTS = 67


def tiktok(request: Request) -> Reply:
    """Answer as TikTok does; the last digits of a post's id say what is wrong with it."""
    if request.host.startswith("v16"):
        cut = 100_000 if request.count == 1 and "Range" not in request.headers else None
        return Reply(body=MEDIA, cut_after=cut)
    if "/api/collection/" in request.path:
        return listed(int(request.query["cursor"][0]))
    code = request.path.rpartition("/")[2][-5:]
    if code in STATUSES:
        return video_page(None, int(code))
    return PAGES.get(code) or post(code)


def post(code: str) -> Reply:
    return video_page(tiktok_item(f"70000000000000{code}", TIERS))


def slideshow() -> dict:
    item = tiktok_item("7000000000000000002", {})
    item["video"] = {"duration": 0}
    item["music"] = {"playUrl": "https://v16-webapp.tiktok.com/sound.mp3", "duration": 9}
    return item


PAGES = {
    "00503": Reply(503, b"busy"),
    "00429": Reply(429, b"slowly", headers={"Retry-After": "120"}),
    "00404": Reply(404, b"gone"),
    "00001": Reply(body=b"<html>nothing that is known</html>", kind="text/html"),
    "00002": video_page(slideshow()),
}


def listed(cursor: int) -> Reply:
    numbers = range(cursor, min(cursor + 30, POSTS))
    items = [tiktok_item(f"71000000000000{number:05}", TIERS) for number in numbers]
    more = cursor + 30 < POSTS
    body = json.dumps({"itemList": items, "hasMore": more, "cursor": str(cursor + 30)})
    return Reply(body=body.encode(), kind="application/json")


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopbackServer]:
    with serving(tiktok, throw_away_certificate(tmp_path_factory.mktemp("tls"))) as server:
        yield server


@pytest.fixture(scope="module")
def fetcher(proxy: LoopbackServer) -> Iterator[FetchProcess]:
    options = FetchOptions(
        sleep=0.0,
        most_sleep=0.0,
        sleep_requests=0.0,
        retry_wait=0.0,
        proxy=proxy.url,
        check_certificate=False,
    )
    with FetchProcess(options) as process:
        yield process


def url(code: str) -> str:
    return f"https://www.tiktok.com/@_/video/70000000000000{code}"


def download(fetcher: FetchProcess, code: str, folder: Path) -> Answer:
    return fetcher.do(Job("download", url(code), str(folder)))


def test_the_tier_of_576_pixels_is_downloaded_whole_although_the_connection_is_cut(
    fetcher: FetchProcess, proxy: LoopbackServer, tmp_path: Path
) -> None:
    answer = download(fetcher, "00010", tmp_path)
    assert answer.error_class == "", answer.message
    assert Path(answer.path).read_bytes() == MEDIA
    assert (answer.info["format_id"], answer.info["width"]) == ("h264_540p_700000-0", 576) or (
        answer.info["width"],
        answer.info["height"],
        answer.info["vcodec"],
    ) == (576, 1024, "h264")
    asked = [request for request in proxy.requests if request.path == "/h264-540.mp4"]
    assert any("Range" in request.headers for request in asked)
    assert all("www.tiktok.com" in request.headers.get("Referer", "") for request in asked)
    page = next(request for request in proxy.requests if request.path.endswith("00010"))
    assert "Mozilla/5.0" in page.headers["User-Agent"]


def test_what_is_kept_of_a_post_holds_no_signed_address(
    fetcher: FetchProcess, tmp_path: Path
) -> None:
    answer = download(fetcher, "00011", tmp_path)
    assert "v16-webapp" not in repr(answer.info)
    assert answer.info["uploader_id"] == "77"


@pytest.mark.parametrize(("code", "name"), STATUSES.items())
def test_a_status_of_the_platform_has_its_class(
    fetcher: FetchProcess, tmp_path: Path, code: str, name: str
) -> None:
    answer = download(fetcher, code, tmp_path)
    assert answer.error_class == name, answer.message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("code", "name", "status"),
    [("00429", "rate_limited", 429), ("00404", "gone", 404), ("00503", "server", 503)],
)
def test_an_http_status_has_its_class(
    fetcher: FetchProcess, tmp_path: Path, code: str, name: str, status: int
) -> None:
    answer = download(fetcher, code, tmp_path)
    assert (answer.error_class, answer.http_status) == (name, status), answer.message
    assert answer.retry_after == (120 if status == 429 else None)


def test_a_page_that_changed_stops_and_says_so(fetcher: FetchProcess, tmp_path: Path) -> None:
    assert download(fetcher, "00001", tmp_path).error_class == "upstream_changed"


def test_a_slideshow_is_no_video(fetcher: FetchProcess, tmp_path: Path) -> None:
    assert download(fetcher, "00002", tmp_path).error_class == "no_video"


def test_a_collection_is_listed_page_by_page(fetcher: FetchProcess) -> None:
    answer = fetcher.do(
        Job("list", "https://www.tiktok.com/@somebody/collection/finds-7222222222222222222")
    )
    assert answer.error_class == "", answer.message
    ids = [entry["id"] for entry in answer.entries]
    assert ids == [f"71000000000000{number:05}" for number in range(POSTS)]


def test_entries_in_the_middle_of_a_collection(fetcher: FetchProcess) -> None:
    address = "https://www.tiktok.com/@somebody/collection/finds-7222222222222222222"
    answer = fetcher.do(Job("list", address, first=29, last=32))
    assert [entry["id"][-2:] for entry in answer.entries] == ["28", "29", "30", "31"]


def test_a_look_finds_a_post_alive_and_downloads_nothing(
    fetcher: FetchProcess, proxy: LoopbackServer
) -> None:
    before = proxy.counts["GET", "v16-webapp.tiktok.com", "/h264-540.mp4"]
    assert fetcher.do(Job("look", url("00012"))).error_class == ""
    assert proxy.counts["GET", "v16-webapp.tiktok.com", "/h264-540.mp4"] == before


def test_the_same_post_twice_has_the_same_digest(fetcher: FetchProcess, tmp_path: Path) -> None:
    digests = {
        hashlib.sha256(Path(download(fetcher, "00013", tmp_path / n).path).read_bytes()).digest()
        for n in "ab"
    }
    assert digests == {hashlib.sha256(MEDIA).digest()}

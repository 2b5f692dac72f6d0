"""The one module that imports yt-dlp: one address in, a file or a list out."""

import logging
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import yt_dlp
from yt_dlp.networking.exceptions import HTTPError, TransportError
from yt_dlp.utils import DownloadError, ExtractorError, YoutubeDLError

from refvps.collect.fetch.failures import classify, redacted
from refvps.collect.fetch.job import Answer, FetchOptions, Job

log = logging.getLogger(__name__)

MEDIA_NAME = "media"

# Everything else stays out: the whole of it holds signed addresses and cookies.
KEPT = (
    "id", "extractor_key", "ie_key", "title", "description", "duration", "timestamp", "uploader",
    "uploader_id", "channel_id", "width", "height", "format_id", "vcodec", "acodec", "fps",
    "filesize", "live_status", "availability", "age_limit",
)  # fmt: skip

EXCLUDED = "excluded"


def versions() -> dict[str, str]:
    """Return the versions of what does the work, for the record."""
    found = {"yt-dlp": yt_dlp.version.__version__}
    try:
        return {**found, "curl_cffi": version("curl-cffi")}
    except PackageNotFoundError:
        return found


def impersonation_targets() -> int:
    """Return how many browsers yt-dlp can pretend to be; 0 without curl_cffi."""
    with yt_dlp.YoutubeDL({"quiet": True, "logger": _Quiet()}) as downloader:
        return len(downloader._get_available_impersonate_targets())  # noqa: SLF001 - no public way


def working_extractors(names: tuple[str, ...]) -> dict[str, bool]:
    """Return which of some extractors upstream calls working."""
    found = {kind.IE_NAME: kind.working() for kind in yt_dlp.list_extractor_classes()}
    return {name: found.get(name, False) for name in names}


class Downloader:
    """Does jobs one after another with one yt-dlp, whose making takes as long as a download."""

    def __init__(self, options: FetchOptions) -> None:
        """Keep the options; yt-dlp is made with the first job."""
        self._options = options
        self._made: Any = None

    def do(self, job: Job) -> Answer:
        """Do one job; every failure is an answer."""
        excluded: list[str] = []
        parameters = _parameters(job, self._options, excluded)
        if self._made is None:
            self._made = yt_dlp.YoutubeDL(parameters)
        # What a job changes, yt-dlp reads from its parameters when it comes to it.
        self._made.params.update({name: parameters[name] for name in _OF_A_JOB})
        try:
            info = self._made.extract_info(job.url, download=job.do == "download")
        except (YoutubeDLError, OSError, ValueError) as error:
            return _failure(error)
        return _answer(job, self._made.sanitize_info(info or {}), excluded)


def _answer(job: Job, clean: Mapping[str, Any], excluded: list[str]) -> Answer:
    if excluded:
        return Answer(EXCLUDED, excluded[0], info=_kept(clean))
    if job.do == "list":
        entries = clean.get("entries")
        if entries is None:
            return Answer("unsupported_url", "is one video and no list")
        return Answer(entries=tuple(_entry(entry) for entry in entries if entry), info=_kept(clean))
    if job.do == "look":
        return Answer(info=_kept(clean))
    return _downloaded(clean)


_OF_A_JOB = (
    "paths", "match_filter", "noplaylist", "extract_flat", "lazy_playlist", "playlist_items",
)  # fmt: skip


def _parameters(job: Job, options: FetchOptions, excluded: list[str]) -> dict[str, Any]:
    is_list = job.do == "list"
    return {
        "quiet": True,
        "noprogress": True,
        "logger": _Quiet(),
        "ignoreerrors": False,
        "cachedir": False,
        "format": options.format,
        "format_sort": list(options.format_sort),
        "paths": {"home": job.folder or "."},
        "outtmpl": {"default": f"{MEDIA_NAME}.%(ext)s"},
        "continuedl": True,
        "nopart": False,
        "updatetime": False,
        "retries": 5,
        "fragment_retries": 5,
        "extractor_retries": 3,
        "retry_sleep_functions": {"http": lambda n: min(options.retry_wait * 2**n, 60.0)},
        "sleep_interval": options.sleep,
        "max_sleep_interval": max(options.most_sleep, options.sleep),
        "sleep_interval_requests": options.sleep_requests,
        "socket_timeout": options.socket_timeout,
        "ratelimit": options.rate_limit,
        "cookiefile": options.cookies,
        "proxy": options.proxy,
        "nocheckcertificate": not options.check_certificate,
        "writeinfojson": False,
        "noplaylist": not is_list,
        "extract_flat": "in_playlist" if is_list else False,
        "lazy_playlist": is_list,
        "playlist_items": f"{job.first}-{job.last or ''}" if is_list else None,
        "match_filter": _filter(options, excluded) if job.do == "download" else None,
    }


def _filter(options: FetchOptions, excluded: list[str]) -> Any:  # noqa: ANN401 - yt-dlp's own
    def reason(info: Mapping[str, Any], *, incomplete: bool = False) -> str | None:
        found = _unwanted(info, options)
        if found and not incomplete:
            excluded.append(found)
        return found

    return reason


def _unwanted(info: Mapping[str, Any], options: FetchOptions) -> str | None:
    duration = info.get("duration")
    if info.get("is_live") or info.get("live_status") in {"is_live", "is_upcoming"}:
        return "live"
    if duration is None:
        return None
    if duration > options.most_seconds:
        return "too-long"
    return "too-short" if duration < options.least_seconds else None


def _downloaded(info: Mapping[str, Any]) -> Answer:
    files = list(info.get("requested_downloads") or [])
    if info.get("entries") is not None:
        return Answer("unsupported_url", "is a list of videos; give it to a source instead")
    if len(files) != 1:
        return Answer("unknown", "nothing was downloaded, and no reason was given")
    path = Path(files[0]["filepath"])
    if info.get("vcodec") == "none":
        path.unlink(missing_ok=True)
        return Answer("no_video", "has sound and no picture")
    return Answer(path=str(path), info=_kept(info))


def _failure(error: BaseException) -> Answer:
    causes = list(_causes(error))
    message = redacted(str(error))
    http = next((cause for cause in causes if isinstance(cause, HTTPError)), None)
    said = " ".join(str(cause) for cause in causes)
    transport = any(isinstance(cause, TransportError) for cause in causes)
    status = http.status if http is not None else None
    retry_after = http.response.headers.get("Retry-After") if http is not None else None
    return Answer(
        classify(said, status, transport=transport),
        message,
        status,
        int(retry_after) if retry_after and retry_after.isdigit() else None,
    )


def _causes(error: BaseException | None) -> Any:  # noqa: ANN401 - a generator of exceptions
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        cause = waiting.pop(0)
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [cause.__cause__, cause.__context__]
        if isinstance(cause, DownloadError) and cause.exc_info:
            waiting.append(cause.exc_info[1])
        if isinstance(cause, ExtractorError):
            waiting.append(cause.cause)


def _kept(info: Mapping[str, Any]) -> dict[str, Any]:
    return {name: info[name] for name in KEPT if info.get(name) is not None}


def _entry(info: Mapping[str, Any]) -> dict[str, Any]:
    return {**_kept(info), "url": info.get("webpage_url") or info.get("url") or ""}


class _Quiet:
    """Takes what yt-dlp says; its errors come as exceptions."""

    def debug(self, message: str) -> None:
        """Keep details for ``-v``."""
        log.debug("%s", redacted(message))

    def warning(self, message: str) -> None:
        """A warning of yt-dlp is no warning of ours: the answer says what matters."""
        log.debug("%s", redacted(message))

    def error(self, message: str) -> None:
        """See ``warning``."""
        log.debug("%s", redacted(message))

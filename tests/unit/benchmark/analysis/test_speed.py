import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from benchmark.analysis.speed import (
    MOST_CLIPS,
    RunCost,
    choose_clips,
    device_memory,
    measure,
    parse_size,
    peak_memory,
    resized,
)
from benchmark.analysis.speed_table import SpeedSetting, speed_analysis
from benchmark.datasets.release import ReleaseDataset
from refvps.errors import ConfigError, DataError, UnknownPluginError
from refvps.frames import frame_size
from refvps.method_choice import MethodChoice
from refvps.release.reader import open_release
from refvps.types import Size
from support.releases import squares

SETTING = SpeedSetting("m", {}, "tiny 1", frames=32, size=Size(24, 32), warm_up=1)


def cost(clip: str, seconds: float, peak: int = 90, device: int | None = None) -> RunCost:
    return RunCost(clip, seconds, 0.5, 40_000_000, peak * 1_000_000, device)


def test_warming_up_is_not_counted() -> None:
    costs = [cost("a", 100.0), cost("b", 1.0), cost("a", 2.0), cost("b", 6.0, peak=95)]
    values = speed_analysis(SETTING, costs).values
    assert (values["runs"], values["clips"], values["first_run_seconds"]) == (3, 2, 100.0)
    spent = values["seconds_a_clip"]
    assert (spent["mean"], spent["median"], spent["least"], spent["most"]) == (3.0, 2.0, 1.0, 6.0)
    assert spent["sd"] == pytest.approx(7**0.5)
    assert values["frames_a_second"] == pytest.approx(32 / 3)
    assert values["memory_bytes"] == {
        "loaded": 40_000_000,
        "peak": 95_000_000,
        "device_peak": None,
    }


def test_table_and_rows() -> None:
    found = speed_analysis(SETTING, [cost("a", 9.0), cost("a", 0.25, device=7_000_000_000)])
    (table,) = found.document.tables
    texts = [cell.text for cell in table.rows[0].cells]
    assert texts == ["m", "128", "0.25", "-", "0.25", "90", "40", "7000"]
    facts = dict(found.document.facts)
    assert "1 run for warming up that is not counted" in facts["runs"]
    assert facts["clips"] == "32 frames each, height x width 24x32"
    assert [line.split(",")[:3] for line in found.csv.splitlines()[1:]] == [
        ["1", "0", "a"],
        ["2", "1", "a"],
    ]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> ReleaseDataset:
    root = tmp_path_factory.mktemp("speed") / "data"
    return ReleaseDataset(open_release(squares(root, clips=12)))


def test_clips_are_cut_and_spread(dataset: ReleaseDataset) -> None:
    chosen = choose_clips(dataset, 5)
    assert len(chosen) == MOST_CLIPS
    assert len({query.clip.clip_id for query in chosen}) == MOST_CLIPS
    assert {query.clip.frame_ids for query in chosen} == {
        ("00000", "00001", "00002", "00003", "00004")
    }
    with pytest.raises(DataError, match="no clip has 10 frames; the longest has 9"):
        choose_clips(dataset, 10)


def test_frames_in_another_size(dataset: ReleaseDataset, tmp_path: Path) -> None:
    asked = choose_clips(dataset, 2)[:1]
    (query,) = resized(asked, Size(48, 40), tmp_path)
    assert query.clip.frame_ids == asked[0].clip.frame_ids
    assert {frame_size(path) for path in query.clip.frame_paths} == {Size(48, 40)}


def test_a_method_runs_in_a_process_of_its_own(dataset: ReleaseDataset) -> None:
    queries = choose_clips(dataset, 3)[:2]
    held = np.ones(400_000_000, np.uint8)  # of this process; must not be counted
    costs = list(measure(MethodChoice("full-frame", {}), queries, 3))
    first, second = (query.clip.clip_id for query in queries)
    assert [cost.clip for cost in costs] == [first, second, first]
    assert all(cost.seconds > 0 for cost in costs)
    assert all(0 < cost.loaded_bytes <= cost.peak_bytes for cost in costs)
    if Path("/proc/self/status").exists():
        assert costs[-1].peak_bytes < held.nbytes < peak_memory()


def test_an_unknown_method(dataset: ReleaseDataset) -> None:
    with pytest.raises(UnknownPluginError, match="no-such"):
        list(measure(MethodChoice("no-such", {}), choose_clips(dataset, 2), 1))


@pytest.mark.parametrize("text", ["", "480", "480x", "x5", "0x10", "4x400", "1.5x9", "480×854"])
def test_sizes_that_are_none(text: str) -> None:
    with pytest.raises(ConfigError, match="expected HEIGHTxWIDTH"):
        parse_size(text)


@pytest.mark.parametrize(("used", "expected"), [(True, 123), (False, None)])
def test_memory_of_a_device_is_asked_of_the_methods_torch(
    used: bool, expected: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cuda = SimpleNamespace(
        is_available=lambda: True,
        is_initialized=lambda: used,
        max_memory_allocated=lambda: 123,
    )
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=cuda))
    assert device_memory() == expected


def test_without_torch_there_is_no_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    assert device_memory() is None

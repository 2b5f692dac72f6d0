from pathlib import Path

import pytest
from PIL import Image

from refvps.release.plots import write_plots
from refvps.release.reader import open_release
from refvps.release.statistics import (
    ReleaseStatistics,
    format_statistics,
    length_histogram,
    release_statistics,
)
from support.releases import squares


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> ReleaseStatistics:
    return release_statistics(open_release(squares(tmp_path_factory.mktemp("s") / "data")))


def test_counts_are_those_of_table_a(counted: ReleaseStatistics) -> None:
    lines = [" ".join(line.split()) for line in format_statistics(counted).splitlines()]
    for line in (
        "Clips 3",
        "FPS 24",
        "Frames 27",
        "Concepts 1",
        "Avg length (s) 0.38",
        "Annotation FPS 6",
        "Min-resolution 32x24",
        "Max-resolution 32x24",
    ):
        assert line in lines


def test_frames_by_what_they_hold(counted: ReleaseStatistics) -> None:
    kinds = counted.kinds
    assert (kinds.annotated, kinds.with_target, kinds.empty, kinds.with_void) == (9, 6, 3, 3)


def test_concepts_and_groups_are_counted(counted: ReleaseStatistics) -> None:
    assert counted.clips_by_concept == {"moving square": 3}
    assert counted.clips_by_group == {"motion patterns": 3}


def test_lengths_fall_into_half_seconds(counted: ReleaseStatistics) -> None:
    assert length_histogram(counted) == {"0 to 0.5": 3}


def test_plots_are_pictures(counted: ReleaseStatistics, tmp_path: Path) -> None:
    written = write_plots(counted, tmp_path / "plots")
    assert [path.name for path in written] == ["lengths.png", "concepts.png", "groups.png"]
    for path in written:
        with Image.open(path) as image:
            assert image.width > 800

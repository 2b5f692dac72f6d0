import dataclasses
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydantic import ValidationError

from refvps.errors import DataError
from refvps.release.reader import open_release
from refvps.release.schema import ReleaseHeader
from refvps.release.writer import ClipDraft, write_release
from refvps.types import Expression
from support.releases import GROUP, SIZE, draft, header, squares

sentences = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@given(
    labels=arrays(np.uint8, (2, 9, 70), elements=st.sampled_from([0, 1, 255])),
    texts=st.lists(sentences, min_size=1, max_size=4),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_is_read_back(
    labels: np.ndarray, texts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    expressions = tuple(Expression(str(k), text, "1", "a1") for k, text in enumerate(texts))
    one = ClipDraft(
        clip_id="c",
        frames=[np.zeros((9, 70, 3), np.uint8)] * 5,
        labels={0: labels[0], 4: labels[1]},
        expressions=expressions,
        video="v",
        concept="moving square",
        groups=(GROUP,),
        provenance={"source": "я"},
    )
    root = tmp_path_factory.mktemp("made") / "data"
    write_release(root, header(), [one])
    release = open_release(root)
    masks, voids = release.truth("c", "1").dense()
    assert np.array_equal(masks, labels == 1)
    assert np.array_equal(voids, labels == 255)
    assert tuple(query.expression for query in release.queries()) == expressions


def test_the_same_drafts_give_the_same_digest(tmp_path: Path) -> None:
    first, second = squares(tmp_path / "a"), squares(tmp_path / "b")
    assert open_release(first).digest == open_release(second).digest


def test_frame_files_are_taken_byte_for_byte(tmp_path: Path) -> None:
    squares(tmp_path / "first", clips=1)
    paths = sorted((tmp_path / "first/JPEGImages/clip-0").iterdir())
    content = [path.read_bytes() for path in paths]
    drafts = [
        dataclasses.replace(draft(f"clip-{k}"), frames=f) for k, f in enumerate([paths, content])
    ]
    write_release(tmp_path / "second", header(), drafts)
    for path in paths:
        assert (
            tmp_path / f"second/JPEGImages/clip-0/{path.name}"
        ).read_bytes() == path.read_bytes()


def changed(**values: object) -> ClipDraft:
    return dataclasses.replace(draft("c"), **values)


LABEL = np.zeros(SIZE, np.uint8)
RGB = np.zeros((*SIZE, 3), np.uint8)


@pytest.mark.parametrize(
    ("drafts", "problem"),
    [
        pytest.param([draft("c"), draft("c")], "c: clip id occurs twice", id="clip-twice"),
        pytest.param([draft("../c")], "cannot be used as a clip id", id="hostile"),
        pytest.param([changed(frames=[])], "c: clip has no frames", id="no-frames"),
        pytest.param([changed(concept="?")], "concept '[?]' is not declared", id="concept"),
        pytest.param(
            [changed(labels={2: LABEL})],
            "c, frame 2: is no frame of the annotation grid",
            id="grid",
        ),
        pytest.param([changed(labels={12: LABEL})], "c, frame 12: is no frame", id="past-the-end"),
        pytest.param(
            [changed(labels={0: LABEL + np.uint8(7)})], "label 7 is not one of", id="label"
        ),
        pytest.param(
            [changed(labels={0: LABEL.T})], r"labels are uint8 \[32, 24\]", id="label-size"
        ),
        pytest.param([changed(labels={0: LABEL.astype(int)})], "labels are int64", id="label-type"),
        pytest.param(
            [changed(expressions=(Expression("0", "a", "1"), Expression("0", "b", "1")))],
            "an expression id occurs twice",
            id="expression-twice",
        ),
        pytest.param([draft("c"), draft("C")], "C: clip id differs from c", id="case"),
        pytest.param([changed(labels={})], "c: clip has no annotated frames", id="no-labels"),
        pytest.param([changed(groups=())], r"groups are \[\]; the header gives", id="groups"),
        pytest.param([changed(provenance={"clip_id": "d"})], "clip_id of its own", id="provenance"),
        pytest.param([changed(video="\ud800")], "no valid Unicode", id="surrogate"),
        pytest.param(
            [changed(expressions=(Expression("0", "a", "255"),))],
            "target id is '255'; expected a label from 1 to 254",
            id="target",
        ),
        pytest.param([changed(frames=[b"no"] * 9)], "c, frame 0: frame is not a JPEG", id="jpeg"),
        pytest.param(
            [changed(frames=[np.zeros(SIZE, np.uint8)] * 9)],
            r"c, frame 0: frame is uint8 \[24, 32\]; expected RGB",
            id="grey",
        ),
        pytest.param(
            [changed(frames=[RGB] * 8 + [RGB[:-1]])],
            "c, frame 8: frame is 32x23; the clip's first frame is 32x24",
            id="frame-size",
        ),
    ],
)
def test_a_wrong_draft_leaves_nothing_behind(
    drafts: list[ClipDraft], problem: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=problem):
        write_release(tmp_path / "data", header(), drafts)
    assert list(tmp_path.iterdir()) == []


def test_a_release_is_never_written_over(tmp_path: Path) -> None:
    squares(tmp_path / "data")
    with pytest.raises(DataError, match="is there already"):
        squares(tmp_path / "data")


@pytest.mark.parametrize(
    "values",
    [{"name": "a b"}, {"concepts": {"x": ("sports",)}}, {"fps": 0}, {"annotation_stride": -1}],
)
def test_a_wrong_header_cannot_be_made(values: dict) -> None:
    good = header().model_dump()
    with pytest.raises((ValidationError, DataError)):
        ReleaseHeader(**{**good, **values})

"""The small REM that ships, from the command line."""

import json
from pathlib import Path

import numpy as np
from PIL import Image

from e2e.commands import failed, run
from refvps.demo.render import render
from refvps.frames import encode_frame
from support.releases import squares


def test_rem_is_the_method_unless_another_is_named_and_never_invents_weights(
    tmp_path: Path,
) -> None:
    root = squares(tmp_path / "squares", clips=1)
    for more in ((), ("--variant", "tiny")):
        code, line = failed(
            "refvps-eval", "--pred", "preds", "--root", str(root), *more, cwd=tmp_path
        )
        assert code == 2
        assert "method 'rem' needs trained weights of ms-1.4b" in line
    assert not (tmp_path / "preds").exists()


def test_a_video_is_segmented_by_words_with_a_plain_warning(tmp_path: Path) -> None:
    video = render("valley", 1)
    frames = tmp_path / "valley"
    frames.mkdir()
    for number, frame in enumerate(video.frames[:24:2]):
        (frames / f"{number:05}.jpg").write_bytes(encode_frame(frame))
    asked = ("the smoek of a zeppelin", "the fog")
    done = run(
        *("refvps", "segment", str(frames), *asked, "--method", "rem", "--variant", "tiny"),
        *("--to", "out", "--fps", "12", "--device", "cpu"),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert "warning: rem: the small REM that ships" in done.stderr
    assert "2 words the small REM was never taught: smoek (nearest known: smoke" in done.stderr
    masks = sorted((tmp_path / "out/masks").rglob("*.png"))
    assert len(masks) == 2 * 12
    assert {np.asarray(Image.open(path)).shape for path in masks} == {video.frames.shape[1:3]}
    recorded = json.loads((tmp_path / "out/segment.json").read_text())
    assert recorded["method"]["options"]["variant"] == "tiny"


def test_the_same_option_in_both_forms_is_one_line(tmp_path: Path) -> None:
    code, line = failed(
        *("refvps-eval", "--pred", "preds", "--variant", "tiny", "--option", "variant=tiny"),
        cwd=tmp_path,
    )
    assert code == 2
    assert line == "error: option 'variant' is given twice"

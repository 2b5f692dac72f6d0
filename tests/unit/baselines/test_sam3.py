"""SAM 3 in a worker of this interpreter, with random weights of toy size."""

import sys
from pathlib import Path

import pytest

from baselines.doctor.examine import examine
from support.official_baselines import EXPRESSIONS, SIZE, Bench
from support.tiny_sam3 import write_sam3
from support.worker_child import ADAPTERS, Child, Spec


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp("sam3")
    made = Bench("sam3", folder, folder, {}, frames=3)
    made.draw()
    write_sam3(made.checkpoint)
    return made


def child(bench: Bench, **options: str) -> Child:
    spec = Spec(ADAPTERS / "sam3.py", sys.executable, bench.folder, None, bench.checkpoint, options)
    return Child(spec)


@pytest.mark.slow
def test_the_instances_it_finds_for_an_expression_are_one_mask(bench: Bench) -> None:
    worker = child(bench)
    try:
        worker.ask("load")
        made = [worker.masks(bench.images, text, SIZE) for text in EXPRESSIONS]
        again = worker.masks(bench.images, EXPRESSIONS[0], SIZE)
    finally:
        worker.close()
    (first, told), (second, _) = made
    assert first.shape == (3, *SIZE)
    assert 0.01 < first.mean() < 0.99
    assert (first != second).any()
    assert (first == again[0]).all()
    assert told["instances"] >= max(told["instances_by_frame"]) > 0
    assert told["text"] == EXPRESSIONS[0]


def test_a_folder_without_weights_is_refused_with_what_it_lacks(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    worker = Child(Spec(ADAPTERS / "sam3.py", sys.executable, tmp_path, None, empty, {}))
    try:
        with pytest.raises(AssertionError, match=r"no \*\.safetensors; .* no config\.json"):
            worker.ask("load")
    finally:
        worker.close()


def test_its_doctor_says_where_the_weights_are_to_be_had(tmp_path: Path) -> None:
    found = examine("sam3", {"device": "cpu"}, 6)
    (missing,) = found.missing
    assert (missing.name, missing.text) == ("checkpoint", "none given with --checkpoint")
    assert "hf download facebook/sam3 --local-dir sam3" in found.text()
    (tmp_path / "config.json").write_text("{}")
    found = examine("sam3", {"device": "cpu", "checkpoint": str(tmp_path)}, 6)
    assert [missing.text for missing in found.missing] == [
        f"{tmp_path} holds no *.safetensors",
        f"{tmp_path} has no tokenizer_config.json",
    ]


@pytest.mark.slow
def test_its_doctor_finds_whole_weights_ready(bench: Bench) -> None:
    found = examine("sam3", {"device": "cpu", "checkpoint": str(bench.checkpoint)}, 6)
    assert not found.missing, found.text()
    assert found.facts["level"] == 6

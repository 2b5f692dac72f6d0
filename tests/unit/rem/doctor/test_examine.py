"""The examination, on toys in a folder and an empty hub cache."""

import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from refvps.doctor.findings import Diagnosis, Finding
from refvps.errors import ConfigError
from rem.checkpoints.written import CheckpointFacts, write_checkpoint
from rem.doctor.examine import Question, examine, memory_table
from rem.doctor.machine import Device
from rem.memory import GIGA
from rem.variants import MS_1_4B, VARIANT_NAMES, WAN_14B, variant_named
from support.rem_models import Toy

MAIN = Device("main memory", 64 * GIGA, 32 * GIGA)


@pytest.fixture(autouse=True)
def _empty_hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))


def found(diagnosis: Diagnosis, name: str) -> Finding:
    return next(finding for finding in diagnosis.findings if finding.name == name)


@pytest.mark.parametrize(
    ("toy_name", "kind"),
    [("ms", "official checkpoint with 'unet'"), ("wan", "official checkpoint with 'model_state'")],
)
def test_official_weights_name_their_variant_and_match_in_full(
    request: pytest.FixtureRequest, toy_name: str, kind: str
) -> None:
    toy: Toy = request.getfixturevalue(toy_name)
    diagnosis = examine(Question(checkpoint=toy.checkpoint, base=str(toy.base)))
    weights = found(diagnosis, "checkpoint")
    assert weights.state == "present"
    assert weights.text.startswith(f"{kind}, SHA-256 ")
    assert weights.text.endswith(f"weights of {toy.variant} match")
    assert found(diagnosis, f"base of {toy.variant}").state == "present"
    assert diagnosis.missing == ()


def test_our_own_checkpoint_and_bare_weights_are_told_apart(ms: Toy, tmp_path: Path) -> None:
    facts = CheckpointFacts(variant="ms-1.4b", network="unet")
    write_checkpoint(tmp_path / "ours", ms.network, facts)
    own = examine(Question(checkpoint=tmp_path / "ours", base=str(ms.base)))
    assert "this project's own checkpoint" in found(own, "checkpoint").text
    save_file(ms.network.state_dict(), tmp_path / "bare.safetensors")
    bare = examine(Question(checkpoint=tmp_path / "bare.safetensors", base=str(ms.base)))
    assert "weights alone, as safetensors" in found(bare, "checkpoint").text
    assert own.missing == bare.missing == ()
    with pytest.raises(ConfigError, match=r"weights of variant ms-1.4b; asked for wan-14b"):
        examine(Question("wan-14b", tmp_path / "ours"))


def test_weights_that_lack_one_are_missing_with_its_name(ms: Toy, tmp_path: Path) -> None:
    state = dict(ms.network.state_dict())
    del state["conv_out.bias"]
    torch.save({"unet": state}, tmp_path / "cut.pth")
    weights = found(
        examine(Question(checkpoint=tmp_path / "cut.pth", base=str(ms.base))), "checkpoint"
    )
    assert weights.state == "missing"
    assert "1 missing, the first conv_out.bias" in weights.text


def test_weights_that_are_damaged_or_gone_are_missing(tmp_path: Path) -> None:
    (tmp_path / "bad.pth").write_bytes(b"PK\x03\x04 no")
    bad = found(examine(Question(checkpoint=tmp_path / "bad.pth")), "checkpoint")
    gone = found(examine(Question(checkpoint=tmp_path / "gone.pth")), "checkpoint")
    assert (bad.state, gone.state) == ("missing", "missing")
    assert "damaged" in bad.text
    assert "no such file or folder" in gone.text


def test_what_is_missing_comes_with_the_command_that_gets_it() -> None:
    diagnosis = examine(Question("ms-1.4b"))
    base = found(diagnosis, "base of ms-1.4b")
    assert base.text.endswith("not in this machine's hub cache")
    assert base.get.startswith("hf download ali-vilab/text-to-video-ms-1.7b --include ")
    assert found(diagnosis, "checkpoint").get == "hf download anuragba/refereverything"
    assert {finding.name for finding in diagnosis.missing} == {"base of ms-1.4b", "checkpoint"}


def test_nobody_has_published_weights_of_some_variants() -> None:
    weights = found(examine(Question("wan-1.3b")), "checkpoint")
    assert weights.get is None
    assert "nobody has published any" in weights.text


def test_every_published_base_is_looked_for_where_no_variant_is_named() -> None:
    bases = [f for f in examine(Question()).findings if f.name.startswith("base")]
    assert {finding.state for finding in bases} == {"missing"}
    assert len(bases) == sum(bool(variant_named(name).base) for name in VARIANT_NAMES)


def test_one_base_is_enough_where_no_variant_is_named(
    ms: Toy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hub = tmp_path / "hub/models--ali-vilab--text-to-video-ms-1.7b"
    shutil.copytree(ms.base, hub / "snapshots/abc")
    (hub / "refs").mkdir()
    (hub / "refs/main").write_text("abc")
    bases = {f.name: f.state for f in examine(Question()).findings if f.name.startswith("base")}
    assert bases.pop("base of ms-1.4b") == "present"
    assert set(bases.values()) == {"note"}


def test_a_base_without_a_variant_is_refused() -> None:
    with pytest.raises(ConfigError, match="--base goes with --variant"):
        examine(Question(base="somewhere"))


def test_a_small_gpu_runs_with_offload_or_not_at_all() -> None:
    small = Device("small", 12 * GIGA, 11 * GIGA)
    rows = memory_table([MS_1_4B, WAN_14B], None, [small], MAIN).rows
    verdicts = {(row[0], row[1]): row[-1] for row in rows}
    assert verdicts == {
        ("ms-1.4b", "float32"): "no",
        ("ms-1.4b", "float16"): "with offload=true",
        ("wan-14b", "bfloat16"): "no",
    }


def test_without_a_gpu_nothing_can_wait_in_main_memory() -> None:
    rows = memory_table([WAN_14B], None, [], Device("main memory", 40 * GIGA, GIGA)).rows
    assert {row[-1] for row in rows} == {"no"}
    assert {row[-2] for row in rows} == {"-"}


def test_one_variant_is_shown_with_every_window() -> None:
    rows = memory_table([WAN_14B], 256, [], MAIN).rows
    assert [row[2] for row in rows] == ["65", "73", "105"]

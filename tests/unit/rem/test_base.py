import shutil
from pathlib import Path

import pytest

from refvps.errors import DataError
from rem.base import download_command, find_base, parts_of
from rem.variants import MS_1_4B, TINY, WAN_14B
from support.rem_models import Toy


@pytest.fixture
def _empty_hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))


def test_a_whole_folder_is_found(ms: Toy, wan: Toy) -> None:
    assert find_base(MS_1_4B, str(ms.base), download=False).folder == ms.base
    # Wan's scheduler is never asked anything, so none is needed.
    assert find_base(WAN_14B, str(wan.base), download=False).parts == parts_of(WAN_14B)


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        ("vae", "missing: vae"),
        ("vae/diffusion_pytorch_model.safetensors", "missing: vae"),
        ("text_encoder/model.safetensors", "missing: text_encoder"),
        ("scheduler", "missing: scheduler"),
    ],
)
def test_a_part_that_is_missing_is_named(ms: Toy, tmp_path: Path, gone: str, said: str) -> None:
    base = tmp_path / "base"
    shutil.copytree(ms.base, base)
    target = base / gone
    shutil.rmtree(target) if target.is_dir() else target.unlink()
    with pytest.raises(DataError, match=f"not a whole base of ms-1.4b .*; {said}"):
        find_base(MS_1_4B, str(base), download=False)


@pytest.mark.usefixtures("_empty_hub")
def test_without_a_cached_base_the_exact_command_is_given() -> None:
    with pytest.raises(DataError) as refused:
        find_base(MS_1_4B, None, download=False)
    command = download_command("ali-vilab/text-to-video-ms-1.7b", parts_of(MS_1_4B))
    assert refused.value.message.endswith(command)
    assert command == (
        "hf download ali-vilab/text-to-video-ms-1.7b --include 'text_encoder/*' "
        "--include 'tokenizer/*' --include 'vae/*' --include 'scheduler/*'"
    )


@pytest.mark.parametrize("named", ["./gone", "/gone/base", "gone", "a/b/c"])
def test_a_name_that_is_neither_folder_nor_repository_is_refused(named: str) -> None:
    with pytest.raises(DataError, match="no such folder, and not the name of a hub repository"):
        find_base(MS_1_4B, named, download=False)


def test_a_base_in_the_hub_cache_is_found(
    ms: Toy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import huggingface_hub.constants

    cache, commit = tmp_path / "hub", "c" * 40
    repository = cache / "models--someone--toy"
    shutil.copytree(ms.base, repository / "snapshots" / commit)
    (repository / "refs").mkdir()
    (repository / "refs/main").write_text(commit)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(cache))
    found = find_base(MS_1_4B, "someone/toy", download=False)
    assert found.folder == repository / "snapshots" / commit
    shutil.rmtree(found.folder / "tokenizer")
    with pytest.raises(DataError, match=r"tokenizer of ms-1.4b not in this machine's hub cache"):
        find_base(MS_1_4B, "someone/toy", download=False)


def test_a_variant_whose_parts_come_with_its_weights_says_so() -> None:
    with pytest.raises(DataError, match=r"tiny: text_encoder, .* in no hub repository: .*=FOLDER"):
        find_base(TINY, None, download=False)

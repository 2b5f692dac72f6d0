from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from refvps.errors import DataError
from refvps.mask_png import write_labels
from refvps.predictions.png_trees import ExpressionFolders, PaletteTree
from support.ascii_masks import labels, mask
from support.queries import packed, query

IDS = ("00000", "00004")


def save(path: Path, image: Image.Image) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)


def grey(text: str, value: int) -> Image.Image:
    return Image.fromarray((mask(text) * value).astype(np.uint8))


def one_bit(text: str) -> Image.Image:
    return Image.fromarray(mask(text))


def palette(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_labels(path, labels(text))


@pytest.mark.parametrize(
    ("image", "encoding"),
    [
        pytest.param(grey("##./...", 1), "grey 0/1", id="grey-0-1"),
        pytest.param(grey("##./...", 255), "grey 0/255", id="grey-0-255"),
        pytest.param(one_bit("##./..."), "1-bit", id="one-bit"),
    ],
)
def test_grey_and_one_bit_mean_foreground(
    image: Image.Image, encoding: str, tmp_path: Path
) -> None:
    for frame_id in IDS:
        save(tmp_path / f"fire/0/{frame_id}.png", image)
    source = ExpressionFolders(tmp_path)
    assert source.has(query())
    assert not source.has(query(expression_id="1"))
    found = source.read(query(), IDS)
    assert found.masks == (packed("##./..."),) * 2
    assert found.encodings == {encoding}
    assert found.stored_frames == 2


def test_an_expression_folder_may_hold_its_own_label(tmp_path: Path) -> None:
    palette(tmp_path / "fire/0/00000.png", "33./...")
    palette(tmp_path / "fire/0/00004.png", ".../...")
    found = ExpressionFolders(tmp_path).read(query(), IDS)
    assert found.masks == (packed("##./..."), packed(".../..."))
    assert found.encodings == {"palette"}


def test_an_expression_folder_with_two_labels_is_refused(tmp_path: Path) -> None:
    palette(tmp_path / "fire/0/00000.png", "1../...")
    palette(tmp_path / "fire/0/00004.png", "2../...")
    with pytest.raises(DataError, match=r"00004.png: .* one label; found \[1, 2\]"):
        ExpressionFolders(tmp_path).read(query(), IDS)


@pytest.mark.parametrize("folder", ["fire", "fire/0"])
def test_void_in_a_palette_prediction_is_refused(folder: str, tmp_path: Path) -> None:
    palette(tmp_path / f"{folder}/00000.png", "1v./...")
    source = PaletteTree(tmp_path, {}) if folder == "fire" else ExpressionFolders(tmp_path)
    with pytest.raises(DataError, match="palette label 255 means void"):
        source.read(query(), IDS[:1])


@pytest.mark.parametrize("values", [[0, 127, 255], [0, 1, 255], [0, 2, 0]])
def test_soft_masks_are_refused(values: list[int], tmp_path: Path) -> None:
    save(tmp_path / "fire/0/00000.png", Image.fromarray(np.array([values], np.uint8)))
    with pytest.raises(DataError, match="threshold the mask before saving"):
        ExpressionFolders(tmp_path).read(query(), IDS[:1])


def test_a_palette_file_serves_every_expression_of_its_target(tmp_path: Path) -> None:
    for frame_id in IDS:
        palette(tmp_path / f"fire/{frame_id}.png", "11./2..")
    source = PaletteTree(tmp_path, {"fire": ("1", "2")})
    for expression_id, target, expected in (
        ("0", "1", "##./..."),
        ("1", "1", "##./..."),
        ("2", "2", ".../#.."),
    ):
        found = source.read(query("fire", expression_id, target), IDS)
        assert found.masks == (packed(expected),) * 2


def test_ids_numbered_otherwise_are_refused_where_one_target_is_asked_for(tmp_path: Path) -> None:
    palette(tmp_path / "fire/00000.png", "33./...")
    with pytest.raises(DataError, match=r"labels \[3\] but never 1, the target of fire/0"):
        PaletteTree(tmp_path, {"fire": ("1",)}).read(query(), IDS[:1])
    lost = PaletteTree(tmp_path, {"fire": ("1", "2")}).read(query(), IDS[:1])
    assert lost.masks[0].area == 0


def test_an_empty_palette_prediction_is_an_answer(tmp_path: Path) -> None:
    palette(tmp_path / "fire/00000.png", ".../...")
    assert PaletteTree(tmp_path, {"fire": ("1",)}).read(query(), IDS[:1]).masks[0].area == 0


def test_a_mask_without_ids_serves_one_target_only(tmp_path: Path) -> None:
    save(tmp_path / "fire/00000.png", grey("##./...", 255))
    found = PaletteTree(tmp_path, {"fire": ("1",)}).read(query(), IDS[:1])
    assert found.masks == (packed("##./..."),)
    with pytest.raises(DataError, match="which of the clip's 2 targets"):
        PaletteTree(tmp_path, {"fire": ("1", "2")}).read(query(), IDS[:1])


def test_a_target_without_a_number_cannot_be_in_a_palette(tmp_path: Path) -> None:
    palette(tmp_path / "fire/00000.png", "1../...")
    with pytest.raises(DataError, match="target id 'smoke' is no number"):
        PaletteTree(tmp_path, {}).read(query(target="smoke"), IDS[:1])


def test_a_missing_frame_is_named_with_how_many(tmp_path: Path) -> None:
    save(tmp_path / "fire/0/00000.png", one_bit("##./..."))
    with pytest.raises(DataError, match=r"00004.png: mask of fire/0 is missing \(and 1 more"):
        ExpressionFolders(tmp_path).read(query(), ("00000", "00004", "00008"))


def test_a_frame_the_clip_does_not_have_is_named(tmp_path: Path) -> None:
    for name in ("00000", "00099"):
        save(tmp_path / f"fire/0/{name}.png", one_bit("##./..."))
    with pytest.raises(DataError, match=r"00099.png: clip fire has no such frame"):
        ExpressionFolders(tmp_path).read(query(), IDS[:1])


def test_the_digest_is_of_the_bytes(tmp_path: Path) -> None:
    save(tmp_path / "fire/0/00000.png", one_bit("##./..."))
    before = ExpressionFolders(tmp_path).read(query(), IDS[:1]).digest
    save(tmp_path / "fire/0/00000.png", one_bit(".##/..."))
    assert ExpressionFolders(tmp_path).read(query(), IDS[:1]).digest != before

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmark.datasets import mevis, ref_youtube_vos, refcoco
from rem.training.pool import Item
from rem.training.samples import read_sample, spelled, squeeze_mask
from support import referring
from support.training import toy_recipe


def test_masks_stay_0_and_1_when_they_are_squeezed() -> None:
    mask = np.zeros((37, 53), bool)
    mask[5:30, 7:41] = True
    small = squeeze_mask(mask, 16)
    assert set(np.unique(small)) == {0, 1}
    # As an image of palette indices, which Pillow squeezes by the nearest pixel alone.
    palette = Image.fromarray(mask.astype(np.uint8)).convert("P").resize((16, 16))
    assert np.array_equal(small, np.asarray(palette))


def test_spelling_is_left_alone_unless_asked() -> None:
    assert spelled(" A  Dog ", lower_case=False) == " A  Dog "


@pytest.mark.parametrize("name", ["ref-youtube-vos", "mevis", "refcoco"])
def test_the_training_sets_of_the_paper_can_be_sampled(name: str, tmp_path: Path) -> None:
    dataset, still = opened(name, tmp_path)
    form = "repeated" if still else "still"
    images = '["refcoco"]' if still else "[]"
    recipe = toy_recipe(model__size=16, data__image_form=form, data__images=images)
    query = next(iter(dataset.queries()))
    sample = read_sample(Item(dataset, query, still), 3, recipe, 5)
    assert sample.frames.shape == (5, 16, 16, 3)
    assert sample.masks.shape == (5, 16, 16)
    assert set(np.unique(sample.masks)) == {0, 1}
    again = read_sample(Item(dataset, query, still), 3, recipe, 5)
    assert np.array_equal(sample.frames, again.frames)


def opened(name: str, root: Path):
    """A data set with truth, drawn in its own layout, and whether it is one of images."""
    if name == "refcoco":
        made = referring.refcoco(root)
        return refcoco.load(referring.source(made, split="val", expressions="6")), True
    if name == "mevis":
        made = referring.mevis(root)
        counts = {"videos": "2", "expressions": "6"}
        return mevis.load(referring.source(made, split="valid_u", **counts)), False
    made = referring.ref_youtube_vos(root)
    return ref_youtube_vos.load(referring.source(made, split="train", videos="2")), False

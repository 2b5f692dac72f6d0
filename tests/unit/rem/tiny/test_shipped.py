"""The weights that ship: where they run, what is said of them, and that they read words."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from benchmark.metrics.region_similarity import region_counts
from refvps.demo.catalogue import read_catalogue
from refvps.demo.render import render
from refvps.demo.video import STRIDE, DemoVideo
from refvps.errors import ConfigError
from refvps.frames import encode_frame
from refvps.types import Clip, Expression, Query
from rem.checkpoints.written import read_facts
from rem.method import load
from rem.tiny.shipped import NOTE, shipped_weights
from rem.tiny.shipping import LARGEST

CPU = {"device": "cpu"}
SCENE, PARTS = "valley", ("high", "low")


def test_without_weights_the_demo_is_run_with_the_small_rem_and_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    card = load(CPU).for_dataset("demo").card
    assert card.options["variant"] == "tiny"
    assert card.note == NOTE
    assert card.window == 24
    assert NOTE in caplog.text


@pytest.mark.parametrize("options", [{}, {"variant": "tiny"}])
@pytest.mark.parametrize("dataset", ["ref-vps", "burst", "demonstration"])
def test_no_other_data_set_is_scored_with_it(options: dict[str, str], dataset: str) -> None:
    with pytest.raises(ConfigError, match=r"needs trained weights of ms-1\.4b"):
        load({**CPU, **options}).for_dataset(dataset)


def test_on_a_video_of_the_users_it_must_be_named() -> None:
    undecided = load(CPU)
    with pytest.raises(ConfigError, match="--variant tiny runs the small REM"):
        _ = undecided.card
    with pytest.raises(ConfigError, match="needs trained weights"):
        list(undecided.predict([]))
    assert load({**CPU, "variant": "tiny"}).card.note == NOTE


def test_weights_of_ones_own_are_not_spoken_of_as_those_that_ship() -> None:
    card = load({**CPU, "checkpoint": str(shipped_weights())}).card
    assert card.note is None


def test_the_weights_are_small_and_say_how_they_were_made() -> None:
    files = [path for path in shipped_weights().rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= LARGEST
    facts = read_facts(shipped_weights())
    assert facts is not None
    recipe = facts.training["recipe"]
    assert facts.training["step"] == recipe["schedule"]["steps"]
    assert recipe["starts_from"] == "tiny-generator"
    assert (shipped_weights() / "README.md").is_file()


def test_the_recipes_that_ship_are_those_they_were_made_with() -> None:
    from rem.training.recipe import read_recipe

    facts = read_facts(shipped_weights())
    assert facts is not None
    assert facts.training["recipe"] == read_recipe("tiny").model_dump(mode="json")


@pytest.fixture(scope="module")
def video() -> DemoVideo:
    seed = next(clip.seed for clip in read_catalogue() if clip.scene == SCENE)
    return render(SCENE, seed)


@pytest.fixture(scope="module")
def clip(video: DemoVideo, tmp_path_factory: pytest.TempPathFactory) -> Clip:
    folder = tmp_path_factory.mktemp("frames")
    paths = []
    for number, frame in enumerate(video.frames[::STRIDE]):
        paths.append(folder / f"{number:05}.jpg")
        paths[-1].write_bytes(encode_frame(frame))
    return Clip("a", tuple(paths), Fraction(6), "v")


def j(video: DemoVideo, part: str, masks: tuple) -> float:
    target = video.part(part)
    found = [
        region_counts(*frame).j for frame in zip(masks, target.masks, target.voids, strict=True)
    ]
    return 100 * float(np.mean(found))


def test_the_words_decide_which_part_is_meant(video: DemoVideo, clip: Clip) -> None:
    texts = {c.part: c.expressions[0].text for c in read_catalogue() if c.scene == SCENE}
    queries = [Query(clip, Expression(str(k), texts[part], "1")) for k, part in enumerate(PARTS)]
    high, low = load({**CPU, "variant": "tiny"}).predict(queries)
    right = [j(video, "high", high.masks), j(video, "low", low.masks)]
    wrong = [j(video, "high", low.masks), j(video, "low", high.masks)]
    assert min(right) - max(wrong) > 30


def test_the_same_question_is_answered_alike_twice(clip: Clip) -> None:
    query = Query(clip, Expression("0", "the smoke", "1"))
    method = load({**CPU, "variant": "tiny"})
    first, second = (next(iter(method.predict([query]))).masks for _ in range(2))
    assert first == second


def test_nothing_of_the_folder_is_left_out_of_the_package() -> None:
    assert shipped_weights().is_relative_to(Path(__file__).parents[4] / "rem")

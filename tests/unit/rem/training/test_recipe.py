import pytest

from refvps.errors import ConfigError
from rem.training.recipe import read_recipe, recipe_names
from support.training import RECIPE, parse_recipe, toy_recipe


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_that_ships_is_sound(name: str) -> None:
    recipe = read_recipe(name)
    assert recipe.starts_from == "generator" or recipe.starts_from in recipe_names()
    assert (recipe.follows == "official code") == name.endswith("-official")


def test_paper_and_code_differ_where_they_should() -> None:
    paper, code = read_recipe("ms-stage-1"), read_recipe("ms-stage-1-official")
    assert (paper.optimiser.lr, code.optimiser.lr) == (1e-6, 1e-5)
    assert (paper.schedule.epochs, code.schedule.epochs) == (1, 40)
    assert paper.validation.dataset is None
    assert code.validation.dataset == "ref-davis"
    assert read_recipe("ms-stage-2").data.images_per_set == 4000
    assert read_recipe("ms-stage-2-official").data.images == ()
    assert read_recipe("wan").precision.weights == "float32"
    assert read_recipe("wan-official").precision.weights == "official"


def test_a_value_is_changed_by_its_dotted_key() -> None:
    recipe = toy_recipe(model__frames=5, data__images='["refcoco"]', data__image_form="repeated")
    assert recipe.model.frames == 5
    assert recipe.data.images == ("refcoco",)


def test_an_empty_value_takes_a_key_away() -> None:
    assert toy_recipe(schedule__steps="", schedule__epochs=2).schedule.epochs == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"optimiser.lrr": "1"}, "optimiser.lrr: Extra", id="unknown-key"),
        pytest.param({"model.frames": "many"}, "model.frames: Input", id="wrong-type"),
        pytest.param({"model.frames": "true"}, "model.frames: Input", id="bool-is-no-number"),
        pytest.param({"schedule.epochs": "3"}, "either steps or epochs", id="two-lengths"),
        pytest.param({"data.order": "alternate"}, "needs both", id="nothing-to-alternate"),
        pytest.param({"objective.decoder": "cnn"}, "needs supervision", id="cnn-on-latents"),
        pytest.param({"data.images": '["refcoco"]'}, "cannot share a batch", id="mixed-lengths"),
        pytest.param({"data.videos": ""}, "at least one data set", id="no-data"),
        pytest.param({"data.held_out": "1.0"}, "less than 1", id="all-held-out"),
    ],
)
def test_a_wrong_recipe_is_refused(changes: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        parse_recipe(RECIPE, "toy", changes)


def test_all_problems_are_named_at_once() -> None:
    with pytest.raises(ConfigError) as raised:
        parse_recipe(RECIPE, "toy", {"optimiser.lrr": "1", "model.frames": "x"})
    assert len(raised.value.details) == 2


def test_an_unknown_recipe_names_those_there_are() -> None:
    with pytest.raises(ConfigError, match=r"known: .*ms-stage-1"):
        read_recipe("ms")


def test_toml_that_is_none_is_one_line() -> None:
    with pytest.raises(ConfigError, match="not valid TOML"):
        parse_recipe("a = ", "toy", {})


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param("objective.supervision=rgb model.size=256", id="5-rgb-frozen"),
        pytest.param("objective.supervision=rgb objective.decoder=trained-vae", id="5-rgb-tuned"),
        pytest.param("objective.supervision=rgb objective.decoder=cnn", id="5-cnn"),
        pytest.param("objective.supervision=rgb objective.decoder=mlp", id="5-mlp"),
        pytest.param("data.most_samples=12000", id="5-subset"),
        pytest.param("data.images_per_set=8000", id="e-two-to-one"),
        pytest.param("data.images=[]", id="e-none"),
        pytest.param("data.images_per_set= data.images_per_video=2.0", id="e-by-ratio"),
        pytest.param("model.variant=sd-2.1 model.frames=1", id="f-sd"),
        pytest.param("objective.noise_step=50", id="g"),
    ],
)
def test_the_ablations_that_the_documentation_names_are_recipes(changes: str) -> None:
    pairs = dict(pair.split("=", 1) for pair in changes.split(" "))
    assert read_recipe("ms-stage-2", pairs) != read_recipe("ms-stage-2")

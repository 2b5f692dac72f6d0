from pathlib import Path

import pytest

from refvps.errors import DataError
from refvps.mask_png import write_labels
from refvps.predictions.find import find_predictions
from refvps.predictions.png_trees import ExpressionFolders, PaletteTree
from refvps.predictions.store import PredictionStore
from support.ascii_masks import labels
from support.queries import prediction, query

QUERIES = [query("fire", "0"), query("fire", "1"), query("melt", "0")]


def palette(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_labels(path, labels("1../..."))


@pytest.mark.parametrize(
    ("stored", "kind", "folder"),
    [
        ("m/d/fire/00000.png", PaletteTree, "m/d"),
        ("m/fire/00000.png", PaletteTree, "m"),
        ("fire/00000.png", PaletteTree, "."),
        ("Annotations/fire/00000.png", PaletteTree, "Annotations"),
        ("m/d/fire/1/00000.png", ExpressionFolders, "m/d"),
        ("Annotations/melt/0/00000.png", ExpressionFolders, "Annotations"),
    ],
)
def test_png_layouts_are_found(stored: str, kind: type, folder: str, tmp_path: Path) -> None:
    palette(tmp_path / stored)
    found = find_predictions(tmp_path, "m", "d", QUERIES)
    assert isinstance(found, kind)
    assert found.folder == tmp_path / folder


@pytest.mark.parametrize("folder", ["m/d", "m", "."])
def test_run_length_files_are_found(folder: str, tmp_path: Path) -> None:
    PredictionStore(tmp_path / folder).write(prediction(QUERIES[1]))
    found = find_predictions(tmp_path, "m", "d", QUERIES)
    assert found == PredictionStore(tmp_path / folder)


def test_nothing_yet_is_the_empty_store(tmp_path: Path) -> None:
    found = find_predictions(tmp_path / "preds", "m", "d", QUERIES)
    assert found == PredictionStore(tmp_path / "preds/m/d")


def test_a_folder_for_method_and_data_set_comes_first(tmp_path: Path) -> None:
    palette(tmp_path / "fire/00000.png")
    PredictionStore(tmp_path / "m/d").write(prediction(QUERIES[0]))
    assert isinstance(find_predictions(tmp_path, "m", "d", QUERIES), PredictionStore)


def test_two_layouts_in_one_folder_are_refused(tmp_path: Path) -> None:
    palette(tmp_path / "fire/00000.png")
    PredictionStore(tmp_path).write(prediction(QUERIES[0]))
    with pytest.raises(DataError, match="holds masks in two layouts"):
        find_predictions(tmp_path, "m", "d", QUERIES)


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "preds").write_text("")
    with pytest.raises(DataError, match="is a file; expected a folder"):
        find_predictions(tmp_path / "preds", "m", "d", QUERIES)


@pytest.mark.parametrize("name", ["..", "a/b", ""])
def test_hostile_method_names_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="method name"):
        find_predictions(tmp_path, name, "d", QUERIES)

"""The paper's figures against its text: cells looked up by hand, and sums over every column."""

import pytest

from benchmark.report.metric import Metric
from benchmark.report.paper import (
    WITH_J_AND_F,
    PaperScore,
    PaperTable,
    main_metric,
    paper_table,
    paper_tables,
)
from refvps.errors import ConfigError

MATCHED = "davis-unsupervised"


def printed(
    table: PaperTable, dataset: str, version: str = "1", rule: str = "per-expression"
) -> dict[str, str]:
    """J of every row on a data set."""
    return {row.name: row.values["J"] for row in table.scores_on(dataset, version, rule)}


def test_tables_with_results_are_all_there() -> None:
    assert list(paper_tables()) == ["1", "2", "3", "4", "5", *"BCDEFGHI"]


def test_every_row_fits_its_columns() -> None:
    for table in paper_tables().values():
        assert len({row.name for row in table.rows}) == len(table.rows)
        for row in table.rows:
            assert len(row.values) == len(table.columns), (table.number, row.name)
            assert all(float(value) > 0 for value in row.values)


@pytest.mark.parametrize(
    ("number", "row", "dataset", "measure", "value"),
    [
        ("1", "Referformer", "Ref-DAVIS", "J&F", "61.1"),
        ("1", "VLMO-L", "Ref-YTB", "F", "69.8"),
        ("1", "UNINEXT", "Ref-DAVIS", "F", "76.8"),
        ("1", "REM (MS-1.4B)", "Ref-YTB", "J", "67.1"),
        ("1", "REM (Wan-14B)", "Ref-YTB", "F", "74.3"),
        ("2", "DsHmp", "MeViS", "J", "43.0"),
        ("2", "REM (MS-1.4B)", "MeViS", "J&F", "53.5"),
        ("3", "VD-IT", "VSPW", "J", "12.7"),
        ("3", "VD-IT", "BURST", "J", "29.0"),
        ("3", "REM (Wan-14B)", "VSPW", "J", "18.5"),
        ("4", "GLUS", "Ref-VPS", "J", "34.6"),
        ("4", "REM (Wan-14B)", "Ref-VPS", "J", "50.0"),
        ("5", "RGB, 512×512, MLP", "Ref-VPS", "J", "33.1"),
        ("5", "RGB, 256×256, VAE (Fine-tuned)", "Ref-YTB", "J&F", "60.4"),
        ("B", "UNINEXT", "Ref-DAVIS", "speed", "3.3"),
        ("C", "UNINEXT", "", "total runtime", "1906"),
        ("D", "Single-stage, Images & Videos", "Ref-VPS", "J", "46.33"),
        ("E", "No images", "Ref-YTB", "J&F", "68.7"),
        ("F", "VC-1", "Ref-VPS", "J", "28.0"),
        ("G", "0 (Ours)", "Ref-VPS", "J", "40.5"),
        ("H", "VD-IT", "Ref-DAVIS", "temporal consistency", "3.1"),
        ("H", "MUTR", "Ref-VPS", "J", "24.1"),
        ("I", "REM (Wan-14B): MeViS", "MeViS", "F", "60.9"),
    ],
)
def test_cells(number: str, row: str, dataset: str, measure: str, value: str) -> None:
    table = paper_table(number)
    (found,) = [item for item in table.rows if item.name == row]
    (place,) = [
        index
        for index, column in enumerate(table.columns)
        if (column.dataset, column.measure) == (dataset, measure)
    ]
    assert found.values[place] == value


@pytest.mark.parametrize(
    ("number", "claim"),
    [
        pytest.param("2", [("J&F", "REM (MS-1.4B)", "GLUS", 2.2)], id="section-5.1"),
        pytest.param(
            "4",
            [("J", "REM (Wan-14B)", "VD-IT", 12.1), ("J", "REM (Wan-14B)", "UNINEXT", 21.3)],
            id="section-5.2",
        ),
        pytest.param(
            "5",
            [
                ("J", "Latent, 512×512, VAE (Frozen)", "RGB, 512×512, CNN", 10.6),
                ("J", "Latent, 512×512, VAE (Frozen)", "RGB, 512×512, MLP", 6.9),
            ],
            id="section-5.3",
        ),
        pytest.param(
            "I",
            [
                (
                    "J&F",
                    "REM (Wan-14B): Ref-COCO/+g, Ref-YTB, MeViS",
                    "REM (Wan-14B): MeViS",
                    2.7,
                ),
                (
                    "J&F",
                    "REM (Wan-14B): MeViS",
                    "GLUS: Ref-YTB, MeViS, Ref-DAVIS, ReVOS, LVVIS",
                    6.3,
                ),
            ],
            id="section-B.9",
        ),
    ],
)
def test_differences_that_the_text_states(
    number: str, claim: list[tuple[str, str, str, float]]
) -> None:
    table = paper_table(number)
    for measure, above, below, points in claim:
        (place,) = [k for k, column in enumerate(table.columns) if column.measure == measure]
        values = {row.name: float(row.values[place]) for row in table.rows}
        assert values[above] - values[below] == pytest.approx(points)


def test_j_and_f_is_the_mean_of_both() -> None:
    """A slip of a digit would show; the paper rounds, so 0.1 is allowed."""
    for number in ("1", "2", "I"):
        table = paper_table(number)
        for row in table.rows:
            values = [float(value) for value in row.values]
            for both, j, f in zip(values[::3], values[1::3], values[2::3], strict=True):
                assert both == pytest.approx((j + f) / 2, abs=0.101), (number, row.name)


def test_figures_that_stand_in_two_tables_agree() -> None:
    first, eighth = paper_table("1"), paper_table("H")
    davis = printed(first, "ref-davis", rule=MATCHED)
    again = printed(eighth, "ref-davis", rule=MATCHED)
    assert again
    assert all(davis[name] == value for name, value in again.items())
    second, ninth = paper_table("2"), paper_table("I")
    plain = {row.name: row.values for row in second.rows}
    for row in ninth.rows[:4]:
        assert plain[row.name.partition(":")[0]] == row.values
    assert plain["REM (Wan-14B)"] == ninth.rows[-1].values
    full = paper_table("D").rows[0].values
    assert full == paper_table("E").rows[1].values
    assert printed(paper_table("4"), "ref-vps")["REM (MS-1.4B)"] == full[1]
    assert printed(eighth, "ref-vps")["REM (MS-1.4B)"] == full[1]


def test_the_wrong_heading_of_table_g_is_said() -> None:
    table = paper_table("g")
    assert (table.columns[1].dataset, table.columns[1].printed) == ("Ref-VPS", "Ref-YTB (J)")
    assert "heads the last column Ref-YTB" in table.note


def test_rows_fit_a_data_set_by_name_alone() -> None:
    assert printed(paper_table("4"), "ref-vps")["UNINEXT"] == "28.7"
    assert printed(paper_table("4"), "demo") == {}
    assert printed(paper_table("B"), "ref-davis", rule=MATCHED) == {}
    assert printed(paper_table("2"), "mevis-valid_u") == {}, "the paper's are of the server's split"


def test_burst_fits_by_its_splits() -> None:
    """The paper's figures are about both splits together."""
    third = paper_table("3")
    assert printed(third, "burst", version="val+test")["MUTR"] == "27.2"
    assert printed(third, "burst", version="val") == {}
    assert printed(third, "vspw", version="val")["MUTR"] == "10.5"


@pytest.mark.parametrize("rule", ["davis-direct", "davis-unsupervised-first-wins"])
def test_ref_davis_fits_by_the_rule_that_the_paper_quotes(rule: str) -> None:
    for number in ("1", "H"):
        table = paper_table(number)
        assert printed(table, "ref-davis", rule=rule) == {}
        assert table.rule_notes() == ("Ref-DAVIS: by the rule davis-unsupervised",)
    assert paper_table("4").rule_notes() == ()


@pytest.mark.parametrize(
    ("dataset", "rule", "values"),
    [
        ("ref-davis", MATCHED, {"J": "71.3", "F": "78.7", "J&F": "75.0"}),
        ("ref-youtube-vos", "per-expression", {"J": "69.2", "F": "74.3", "J&F": "71.7"}),
    ],
)
def test_a_row_has_all_three_metrics_where_the_paper_has(
    dataset: str, rule: str, values: dict[str, str]
) -> None:
    assert paper_table("1").scores_on(dataset, "1", rule)[-1] == PaperScore("REM (Wan-14B)", values)


@pytest.mark.parametrize(
    ("dataset", "metric"),
    [
        ("ref-davis", Metric.J_AND_F),
        ("ref-youtube-vos", Metric.J_AND_F),
        ("ref-youtube-vos-train", Metric.J_AND_F),
        ("mevis-valid_u", Metric.J_AND_F),
        ("ref-vps", Metric.J),
        ("burst", Metric.J),
        ("vspw", Metric.J),
        ("demo", Metric.J),
        ("ref-davisonian", Metric.J),
    ],
)
def test_a_benchmark_is_ranked_by_what_the_paper_prints_first(dataset: str, metric: Metric) -> None:
    assert main_metric(dataset) is metric


def test_the_main_metric_follows_the_tables() -> None:
    columns = [column for number in "1234" for column in paper_table(number).columns]
    with_both = {column.dataset for column in columns if column.measure == "J&F"}
    assert with_both == set(WITH_J_AND_F.values())


@pytest.mark.parametrize("number", ["A", "J", "6", "", "<b>"])
def test_other_tables_are_refused(number: str) -> None:
    with pytest.raises(ConfigError, match="there are 1, 2, 3, 4, 5, B"):
        paper_table(number)

"""Which commands give a row of the paper, what they need and what they take."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmark.report.paper import PaperTable, paper_table, paper_tables
from refvps.errors import ConfigError
from rem.memory import GIGA, Load, footprint
from rem.reproduce.facts import DataFacts, MethodFacts, TrainedFacts, read_facts
from rem.variants import variant_named

Command = tuple[str, ...]

NOT_HERE = "there is no adapter of it in this project"
COSTS = {"B": "speed", "C": "training"}
STEADINESS = "H"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table and how to get it.

    Attributes:
        name: as the paper prints it.
        printed: the paper's figures by column, such as "Ref-VPS J": "49.0".
        commands: in order; none where the row cannot be had.
        datasets: what is predicted on.
        weights: what ``--weights`` calls the row's weights; empty where it needs none.
        method: what is known of the method; None where the row cannot be had.
        why_not: why there are no commands.
        note: what else to know.
        base: the variant whose generator is trained, or None.
        recipe: what is trained, or None.
    """

    name: str
    printed: Mapping[str, str]
    commands: tuple[Command, ...] = ()
    datasets: tuple[DataFacts, ...] = ()
    weights: str = ""
    method: MethodFacts | None = None
    why_not: str = ""
    note: str = ""
    base: str | None = None
    recipe: str | None = None

    @property
    def seconds(self) -> float | None:
        """Time of predicting on one device, or None where no rate is known."""
        if self.method is None or self.method.rate is None or not self.datasets:
            return None
        return sum(data.query_frames for data in self.datasets) / self.method.rate

    @property
    def memory(self) -> float | None:
        """GB of device memory for predicting, estimated or measured; None where not known."""
        if self.method is None or self.method.variant is None:
            return self.method.memory if self.method else None
        variant = variant_named(self.method.variant)
        load = Load(variant.precision, variant.windows["sample"][0], variant.size)
        return footprint(variant, load).whole / GIGA


@dataclass(frozen=True, slots=True)
class Order:
    """What a user wants reproduced.

    Attributes:
        table: its number, such as "4", or "demo".
        to: folder of everything that is made.
        weights: where weights lie, by row.
        only: rows that are wanted; none for all.
    """

    table: str
    to: Path
    weights: Mapping[str, str] = field(default_factory=dict)
    only: tuple[str, ...] = ()


def slug(name: str) -> str:
    """Return a row's name as a folder has it.

    >>> slug("REM (MS-1.4B)"), slug("RGB, 512×512, CNN")
    ('rem-ms-1.4b', 'rgb-512-512-cnn')
    """
    return re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-")


def parse_table(text: str) -> str:
    """Return a table's number from "table4", "4", "tableB", "b" or "demo".

    Raises:
        ConfigError: there is no such table.
    """
    number = re.sub(r"^table[ _-]?", "", text.strip(), flags=re.IGNORECASE)
    known = [*paper_tables(), *read_facts().own]
    for name in known:
        if name.casefold() == number.casefold():
            return name
    raise ConfigError(
        f"no table {text!r} to reproduce; there are {', '.join(f'table{n}' for n in known[:-1])} "
        f"and {known[-1]}"
    )


def plan_rows(order: Order) -> tuple[str, tuple[Row, ...]]:
    """Return a table's title and its rows.

    Raises:
        ConfigError: no such table, or none of its rows is called so.
    """
    own = read_facts().own.get(order.table)
    if own is not None:
        data = read_facts().datasets[own.dataset]
        rows = tuple(_row(order, name, {"demo J": j}, (data,)) for name, j in own.rows.items())
        return own.title, _chosen(rows, order)
    table = paper_table(order.table)
    rows = tuple(_paper_row(order, table, place) for place in range(len(table.rows)))
    return f"Table {table.number}: {table.title}", _chosen(rows, order)


def _chosen(rows: tuple[Row, ...], order: Order) -> tuple[Row, ...]:
    names = {slug(row.name): row.name for row in rows}
    unknown = [name for name in order.only if slug(name) not in names]
    if unknown:
        raise ConfigError(f"no row {unknown[0]!r}; the rows are {', '.join(names)}")
    wanted = {slug(name) for name in order.only} or set(names)
    return tuple(row for row in rows if slug(row.name) in wanted)


def _paper_row(order: Order, table: PaperTable, place: int) -> Row:
    row = table.rows[place]
    printed = {
        " ".join(filter(None, (column.dataset, column.measure))): value
        for column, value in zip(table.columns, row.values, strict=True)
    }
    facts = read_facts()
    named = dict.fromkeys(column.dataset for column in table.columns if column.dataset)
    datasets = tuple(facts.datasets[name] for name in named)
    for trained in facts.trained:
        if (trained.table, trained.row) == (table.number, row.name):
            return _trained_row(order, trained, printed, datasets)
    if row.name not in facts.methods:
        return Row(row.name, printed, why_not=NOT_HERE)
    if table.number in COSTS:
        return _cost_row(row.name, printed, COSTS[table.number])
    found = _row(order, row.name, printed, datasets)
    if table.number != STEADINESS:
        return found
    records = tuple(_record(order, row.name, found.method, data) for data in datasets)
    consistency = ("refvps", "analyse", "consistency", *records)
    return Row(
        row.name,
        printed,
        (*found.commands, consistency),
        datasets,
        found.weights,
        found.method,
    )


def _row(
    order: Order, name: str, printed: Mapping[str, str], datasets: tuple[DataFacts, ...]
) -> Row:
    method = read_facts().methods[name]
    weights = "" if method.ships else slug(name)
    options = _options(method, order.weights.get(weights, "WEIGHTS") if weights else None)
    commands = tuple(
        command for data in datasets for command in _scored(order, name, method, data, options)
    )
    return Row(name, printed, commands, datasets, weights, method)


def _options(method: MethodFacts, weights: str | None) -> Command:
    """Return a method's options: REM's are here, a baseline's stand in ``refvps.toml``."""
    if method.method != "rem" or weights is None:
        return ()
    return ("--variant", method.variant or "", "--checkpoint", weights)


def _scored(
    order: Order, name: str, method: MethodFacts, data: DataFacts, options: Command
) -> tuple[Command, ...]:
    pred = str(order.to / slug(name) / "preds")
    given = ("--method", method.method, "--pred", pred, "--dataset", data.name)
    if data.server:
        archive = str(order.to / slug(name) / f"{data.name.partition(':')[0]}.zip")
        return (
            ("refvps", "predict", *given, *options),
            ("refvps", "submit", *given, "--to", archive),
        )
    metrics = () if data.metrics == "J" else ("--metrics", data.metrics)
    return (("refvps-eval", *given, *options, *metrics),)


def _record(order: Order, name: str, method: MethodFacts | None, data: DataFacts) -> str:
    folder = method.method if method else name
    return str(order.to / slug(name) / "preds" / folder / data.name / "record.json")


def _trained_row(
    order: Order,
    trained: TrainedFacts,
    printed: Mapping[str, str],
    datasets: tuple[DataFacts, ...],
) -> Row:
    run = order.to / f"table{trained.table}-{slug(trained.row)}"
    wan = trained.recipe.startswith("wan")
    variant = "wan-14b" if wan else "ms-1.4b"
    if "model.variant=sd-2.1" in trained.changes:
        variant = "sd-2.1"
    fixed = any(change.startswith("starts_from=") for change in trained.changes)
    first = fixed or trained.recipe in {"ms-single-stage"}
    start = () if first else ("--from", order.weights.get("start", "RUN-OF-THE-STAGE-BEFORE/best"))
    sets = tuple(word for change in trained.changes for word in ("--set", change))
    train = ("refvps", "train", "--recipe", trained.recipe, *start, *sets, "--to", str(run))
    method = MethodFacts.model_validate({"method": "rem", "variant": variant})
    scored: tuple[Command, ...] = ()
    note = "the run's own validation measures it: a head is no checkpoint of rem"
    if not trained.head:
        note = ""
        options = ("--checkpoint", str(run / "best"))
        scored = tuple(
            command
            for data in datasets
            for command in _scored(
                order, f"table{trained.table}-{trained.row}", method, data, options
            )
        )
    return Row(
        trained.row,
        printed,
        (train, *scored),
        () if trained.head else datasets,
        "" if first else "start",
        method,
        note=note,
        base=variant,
        recipe=trained.recipe,
    )


def _cost_row(name: str, printed: Mapping[str, str], what: str) -> Row:
    method = read_facts().methods[name]
    if what == "speed":
        weights = slug(name)
        command = ("refvps", "analyse", "speed", "--method", method.method)
        return Row(name, printed, (command,), (), weights, method)
    if method.method != "rem":
        return Row(name, printed, why_not="its training is its authors' code's")
    stages = ("ms-stage-1", "ms-stage-2")
    commands = tuple(("refvps", "train", "--recipe", one, "--dry-run") for one in stages)
    return Row(name, printed, commands, method=method, base=method.variant, recipe=stages[0])

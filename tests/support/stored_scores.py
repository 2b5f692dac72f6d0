"""Scores stored masks with the project's own harness."""

from pathlib import Path

from benchmark.harness.evaluation import build_record, plan_stored
from benchmark.harness.score import collect_scores, score
from benchmark.report.record import EvalRecord
from refvps.executor import InlineExecutor
from refvps.protocols import Dataset


def scored(dataset: Dataset, preds: Path) -> EvalRecord:
    plan = plan_stored(dataset, "m", preds)
    outcomes = score(plan.dataset, plan.source, plan.queries, InlineExecutor())
    return build_record(plan, collect_scores([outcome.value for outcome in outcomes]))

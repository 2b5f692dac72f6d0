"""What a method answers, held to its contract."""

from collections.abc import Iterator, Sequence

from refvps.errors import RefvpsError
from refvps.protocols import Method
from refvps.types import Prediction, Query


def answers_in_order(method: Method, queries: Sequence[Query]) -> Iterator[Prediction]:
    """Yield one prediction a query, in the order of the queries, each as soon as it is ready.

    Raises:
        RefvpsError: the method answers another query than the one asked, or none.
    """
    answers = method.predict(queries)
    for query in queries:
        yield _require_answer(query, next(answers, None))


def _require_answer(asked: Query, answer: Prediction | None) -> Prediction:
    answered = "nothing" if answer is None else answer.query.query_id
    if answer is None or answered != asked.query_id:
        raise RefvpsError(
            f"the method answered {answered} when asked {asked.query_id}; it must yield one "
            "prediction a query, in the order of the queries"
        )
    return answer

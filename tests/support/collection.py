"""Small records of a collection."""

from refvps.collect.store.records import Candidate, Concept, SourceRun

CLOCK = "2026-01-02T03:04:05Z"


def concept(concept_id: str = "melting") -> Concept:
    return Concept(concept_id, concept_id, ("temporal object changes",), "Something melts.")


def source_run(source_run_id: str = "run") -> SourceRun:
    return SourceRun(source_run_id, "list", "urls", "00", "test", CLOCK)


def candidate(native_id: str, concept_id: str = "melting", url: str = "") -> Candidate:
    return Candidate(
        candidate_id=f"test:{native_id}",
        platform="test",
        native_id=native_id,
        url=url or f"https://example.org/{native_id}",
        concept_id=concept_id,
        source_run_id="run",
        place=0,
        first_seen=CLOCK,
    )

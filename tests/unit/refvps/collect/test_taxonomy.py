import json
from collections import Counter
from pathlib import Path

import pytest

from refvps.collect import generation
from refvps.collect.store.records import Concept, Query
from refvps.collect.store.store import Store
from refvps.collect.taxonomy import DEFINITIONS, EXAMPLE, read_taxonomy, store_taxonomy
from refvps.errors import CollectError, ConfigError, DataError
from refvps.release.taxonomy import GROUPS
from support.loopback import Reply, Request, serving

ANSWER = {
    "concept": [
        {
            "id": "candle",
            "name": "a candle melting",
            "groups": ["temporal object changes"],
            "definition": 'Wax "runs" down.',
            "queries": ["candle melting", "#candle"],
        }
    ]
}


def test_the_example_has_as_many_concepts_as_the_paper_and_every_group() -> None:
    taxonomy = read_taxonomy(EXAMPLE, Path())
    assert len(taxonomy.concept) == 120
    counts = Counter(group for entry in taxonomy.concept for group in entry.groups)
    assert set(counts) == set(GROUPS) == set(DEFINITIONS)
    assert min(counts.values()) >= 15
    assert all(len(entry.queries) >= 2 for entry in taxonomy.concept)


def test_what_leaves_the_file_is_dropped_and_never_deleted(tmp_path: Path) -> None:
    taxonomy = read_taxonomy(EXAMPLE, Path())
    shorter = taxonomy.model_copy(update={"concept": taxonomy.concept[1:]})
    with Store(tmp_path) as store:
        store_taxonomy(store, taxonomy)
        store_taxonomy(store, shorter)
        store_taxonomy(store, shorter)
        dropped = store.all(Concept, status="dropped")
        assert [c.concept_id for c in dropped] == [taxonomy.concept[0].id]
        assert len(store.all(Query)) == sum(len(entry.queries) for entry in taxonomy.concept)
        events = store.execute("SELECT count(*) FROM event").fetchone()[0]
        assert events == 121


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[concept]]\nid = 'a'", "concept.0.name: is missing"),
        ("concept = 3", "concept: expected a valid list; found 3"),
        ("[[concept", "not valid TOML"),
    ],
)
def test_a_wrong_taxonomy_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "t.toml").write_text(text)
    with pytest.raises(ConfigError, match=said):
        read_taxonomy("t.toml", tmp_path)


def chat(content: str) -> Reply:
    body = {"model": "little-1", "choices": [{"message": {"content": content}}]}
    return Reply(body=json.dumps(body).encode(), kind="application/json")


def test_an_answer_is_recorded_whole_and_replayed_without_a_network(tmp_path: Path) -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Reply:
        asked.append(request)
        if len(asked) == 1:
            return Reply(503, b"busy", headers={"Retry-After": "0"})
        return chat(f"Here it is:\n```json\n{json.dumps(ANSWER)}\n```")

    prompt = generation.prompt_for(1)
    with serving(answer) as server:
        found = generation.ask(f"{server.url}/v1", "little", prompt, "secret-key")
    assert [request.path for request in asked] == ["/v1/chat/completions"] * 2
    assert asked[1].headers["Authorization"] == "Bearer secret-key"
    record = tmp_path / "record.json"
    generation.write_record(found, record)
    assert "secret-key" not in record.read_text()
    again = generation.read_record(record)
    assert again == found
    assert (again.prompt, again.model, again.answered_by) == (prompt, "little", "little-1")
    taxonomy = generation.taxonomy_of(again, str(record))
    (tmp_path / "t.toml").write_text(generation.taxonomy_toml(taxonomy))
    read = read_taxonomy("t.toml", tmp_path)
    assert read == taxonomy
    assert read.concept[0].status == "proposed"
    assert all(text in prompt for text in DEFINITIONS.values())


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(401, b"no key", "text/plain"), "status 401: no key"),
        (Reply(body=b"{}", kind="application/json"), "expected choices"),
        (Reply(body=b"<html>", kind="text/html"), "no usable answer"),
    ],
)
def test_an_endpoint_that_gives_no_answer_is_one_line(reply: Reply, said: str) -> None:
    with serving(lambda _: reply) as server, pytest.raises(CollectError, match=said):
        generation.ask(server.url, "little", "prompt", None)


@pytest.mark.parametrize("answer", ["no JSON at all", '{"concept": [}'])
def test_an_answer_without_json_is_one_line(answer: str) -> None:
    found = generation.Generation("e", "m", "m", "2026-01-02T03:04:05Z", "p", answer)
    with pytest.raises(CollectError, match="holds no JSON object"):
        generation.taxonomy_of(found, "record.json")


def test_a_file_that_is_no_record_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text("{}")
    with pytest.raises(DataError, match="is no record of a generation"):
        generation.read_record(tmp_path / "r.json")

import json

from refvps.doctor.findings import Diagnosis, Finding, Table

TABLE = Table("memory", ("variant", "GB"), (("ms-1.4b", "24.8"), ("x", "1")))
TORCH = Finding("torch", "present", "2.13")
BASE = Finding("base", "missing", "vae is not here", "hf download a/b")
OTHER = Finding("base of x", "note", "not here", "hf download c/d")


def test_a_note_keeps_nothing_from_running() -> None:
    found = Diagnosis("rem", (TORCH, OTHER))
    assert found.missing == ()
    assert found.text().startswith("rem: ready to run\n")
    assert found.document()["ready"] is True


def test_what_is_missing_is_counted_and_its_commands_stand_at_the_end() -> None:
    found = Diagnosis("rem", (TORCH, BASE, OTHER), (TABLE,))
    assert found.text() == (
        "rem: 1 thing is missing\n"
        "\n"
        "  present  torch      2.13\n"
        "  missing  base       vae is not here\n"
        "  note     base of x  not here\n"
        "\n"
        "memory\n"
        "  variant  GB\n"
        "  ms-1.4b  24.8\n"
        "  x        1\n"
        "\n"
        "to get what is missing\n"
        "  hf download a/b\n"
        "  hf download c/d"
    )


def test_the_document_holds_all_of_it() -> None:
    document = Diagnosis("rem", (BASE,), (TABLE,), {"gpus": 2}).document()
    assert json.loads(json.dumps(document)) == document
    assert document["findings"][0]["get"] == "hf download a/b"
    assert document["tables"][0]["rows"][0] == {"variant": "ms-1.4b", "GB": "24.8"}
    assert document["gpus"] == 2

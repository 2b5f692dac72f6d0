"""What `collect run` starts, and what it does not."""

from pathlib import Path

from e2e.commands import run


def test_a_cluster_that_nothing_asks_for_is_not_looked_for(tmp_path: Path) -> None:
    """There is none at this address; whoever looked for it would say so."""
    (tmp_path / "collect.toml").write_text("")
    engine = ("--engine", "ray", "--address", "127.0.0.1:1")
    only = ("--only", "list", "--only", "fetch")
    done = run("refvps", "collect", "run", *only, *engine, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "list: nothing to do\nfetch: nothing to do\n"

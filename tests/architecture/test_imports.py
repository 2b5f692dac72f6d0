"""What a command imports before it works; modules are named, never seconds."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PICTURES = {"PIL", "cv2", "matplotlib"}
HEAVY = {
    "numpy",
    "pydantic",
    "pycocotools",
    "torch",
    "gradio",
    "fastapi",
    "yt_dlp",
    "ray",
    *PICTURES,
}

MODULES_AFTER = """
import json, sys
try:
    {statement}
except SystemExit:
    pass
sys.stderr.write(json.dumps(sorted(name.partition(".")[0] for name in sys.modules)))
"""


def imported_by(statement: str) -> set[str]:
    code = MODULES_AFTER.format(statement=statement)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(done.stderr))


@pytest.mark.parametrize(
    "statement",
    [
        "from benchmark.commands import evaluate; evaluate(['--help'])",
        "from benchmark.commands import predict; predict(['--help'])",
        "from benchmark.figure.commands import figure; figure(['--help'])",
        "from benchmark.analysis.commands import analyse; analyse(['consistency', '--help'])",
        "from benchmark.report.commands import report; report(['--help'])",
        "from benchmark.report.commands import compare; compare(['--help'])",
        "from benchmark.leaderboard.commands import leaderboard; leaderboard(['--help'])",
        "from rem.reproduce.commands import reproduce; reproduce(['--help'])",
        "from refvps.segment.commands import segment; segment(['--help'])",
        "from benchmark.submit.commands import submit; submit(['--help'])",
        "from rem.training.commands import train; train(['--help'])",
        "from refvps.release.commands import release; release(['validate', '--help'])",
        "from rem.reconstruction.commands import rem; rem(['reconstruct', '--help'])",
        "from refvps.doctor.commands import doctor; doctor(['--help'])",
        "from rem.doctor.commands import rem; rem(['--help'])",
        "from refvps.collect.commands import collect; collect(['run', '--help'])",
        "from baselines.doctor.commands import mutr; mutr(['--help'])",
        "from baselines.envs.commands import env; env(['create', '--help'])",
        "from annotator.commands import annotate; annotate(['--help'])",
        "from annotator.agreement.commands import agreement; agreement(['--help'])",
        "from refvps.release.commands import release; release(['build', '--help'])",
        "from refvps.release.commands import release; release(['diff', '--help'])",
        "from refvps.release.commands import release; release(['hydrate', '--help'])",
        "from refvps.release.commands import release; release(['takedown', '--help'])",
        "from annotator.commands import annotate; annotate(['serve', '--help'])",
        "from annotator.commands import annotate_doctor; annotate_doctor(['--help'])",
        "from refvps.command_line import main; main(['--help'])",
        "from refvps.command_line import main; main(['--version'])",
    ],
)
def test_help_imports_click_alone(statement: str) -> None:
    assert imported_by(statement) & HEAVY == set()


def test_packages_import_nothing() -> None:
    statement = "import refvps, annotator, benchmark, baselines, rem, benchmark.metrics"
    assert imported_by(statement) & (HEAVY | {"click"}) == set()


def test_rem_is_named_and_refused_without_a_framework() -> None:
    statement = "from rem.method import load; load({'checkpoint': 'gone.pth'})"
    assert imported_by(statement) & {"torch", "diffusers", "transformers", "accelerate"} == set()


def test_scoring_imports_no_model_and_no_opencv() -> None:
    statement = "import benchmark.harness.evaluation, benchmark.harness.score"
    assert imported_by(statement) & {"cv2", "torch", "baselines", "rem"} == set()


def test_one_module_imports_yt_dlp() -> None:
    sources = (Path(__file__).parents[2] / "refvps").rglob("*.py")
    found = [p.name for p in sources if "import yt_dlp" in p.read_text("utf-8")]
    assert found == ["ytdlp.py"]


def test_collecting_is_read_without_yt_dlp() -> None:
    statement = "import refvps.collect.console"
    assert imported_by(statement) & {"yt_dlp", "curl_cffi", "scenedetect", "matplotlib"} == set()

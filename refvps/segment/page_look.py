"""How the page looks: its head, its style, and the line that says how far a job is."""

from collections.abc import Sequence
from html import escape

from refvps.overlay import TARGET

INTRODUCTION = """
<div class="intro"><h1>Segment what you can say</h1>
<p>Upload a video, say what to find, one sentence a line, and press <b>Segment</b>.
Everything stays on the machine that serves this page.</p></div>
"""

HEAD = '<meta name="color-scheme" content="light dark">'

CSS = f"""
.gradio-container {{ max-width: 1500px !important; margin: 0 auto; }}
.intro h1 {{ font-size: 1.7rem; font-weight: 650; margin: .2rem 0 .1rem; letter-spacing: -.01em; }}
.intro p {{ margin: 0; opacity: .75; }}
#status {{ min-height: 3.2rem; }}
.job {{ font-variant-numeric: tabular-nums; padding: .35rem 0; }}
.job .track {{ height: 6px; border-radius: 3px; background: rgba(128,128,128,.25);
  overflow: hidden; margin-bottom: .4rem; }}
.job .bar {{ height: 100%; border-radius: 3px; background: {TARGET.hex}; }}
.job.wrong {{ color: #b3261e; font-weight: 550; }}
.dark .job.wrong {{ color: #ffb4ab; }}
.job .done {{ opacity: .75; }}
#examples table {{ table-layout: fixed; width: 100%; }}
#examples th:first-child, #examples td:first-child {{ width: 100px; }}
#examples td, #examples th {{ white-space: normal; text-align: left; }}
.job .warning {{ border-left: 4px solid #d08700; padding: .15rem .6rem; margin-top: .35rem; }}
"""

STAGES = {
    "read": "Reading the video",
    "predict": "Segmenting",
    "draw": "Drawing the overlay",
}


def waiting() -> str:
    """Return the status before a job has said anything."""
    return _line("Starting …", 0.0)


def running(
    stage: str, done: int, total: int | None, rate: float, warnings: Sequence[str] = ()
) -> str:
    """Return the status of a job that runs.

    Args:
        stage: as ``Step.stage``.
        done: frames that are done.
        total: of about how many, or None.
        rate: frames a second.
        warnings: what it has warned of so far.
    """
    of = f" of {total}" if total else ""
    speed = f", {rate:.0f} frames/s" if rate >= 1 else ""
    share = min(1.0, done / total) if total else 0.0
    return _line(f"{STAGES[stage]}: {done}{of} frames{speed}", share, warnings)


def finished(text: str, warnings: Sequence[str] = ()) -> str:
    """Return the status of a job that is done, with what it warned of."""
    return f'<div class="job"><div class="done">{escape(text)}</div>{_warned(warnings)}</div>'


def wrong(message: str) -> str:
    """Return an error as one line."""
    return f'<div class="job wrong" role="alert">{escape(message)}</div>'


def _line(text: str, share: float, warnings: Sequence[str] = ()) -> str:
    return (
        f'<div class="job"><div class="track"><div class="bar" style="width:{100 * share:.1f}%">'
        f"</div></div>{escape(text)}{_warned(warnings)}</div>"
    )


def _warned(warnings: Sequence[str]) -> str:
    return "".join(f'<div class="warning">{escape(warning)}</div>' for warning in warnings)

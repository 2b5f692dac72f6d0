"""The small REM's weights, which come with the package."""

from pathlib import Path

BUILT_IN = "demo"
"""The only data set that is scored with them."""

NOTE = (
    "the small REM that ships (tiny): trained on rendered clips of the demo's kind, "
    "it shows that the whole path works and says nothing about the paper's models"
)
"""Printed where it runs and beside its scores."""


def shipped_weights() -> Path:
    """Return their folder, in the Diffusers layout, every part in it."""
    return Path(__file__).parent / "weights" / "rem"

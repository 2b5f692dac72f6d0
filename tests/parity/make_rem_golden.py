"""Writes golden/rem.npz with the official REM code on toy models.

Usage: PYTHONPATH=tests python tests/parity/make_rem_golden.py CHECKOUT
where CHECKOUT is one of miccooper9/ReferEverything. Not run by the tests; they read its output.
See golden/PROVENANCE.md.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from support.clips import drawn_clip
from support.official_rem import ms_latents_of, official_wan, run_ms_on, run_wan, wan_latents_of
from support.rem_models import write_unet3d, write_wan
from support.rem_runs import method, ms_frames, predicted, wan_latents

HERE = Path(__file__).parent


def masks_in(folders: list[Path]) -> np.ndarray:
    read = [[np.asarray(Image.open(p)) > 0 for p in sorted(f.iterdir())] for f in folders]
    return np.packbits(np.array(read), axis=-1)


def main() -> None:
    checkout = Path(sys.argv[1])
    torch.set_num_threads(1)
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        ms, wan = write_unet3d(base / "ms"), write_wan(base / "wan")
        clip = drawn_clip(base / "images", "clip", 13)
        found["ms_masks"] = masks_in(run_ms_on(checkout, ms, clip, base / "a", num_frames=8))
        model = official_wan(checkout, wan)
        found["wan_masks"] = masks_in(run_wan(checkout, model, clip, base / "b", num_frames=9))
        _, texts = predicted(method(wan), wan_latents())
        found["wan_latents"] = wan_latents_of(checkout, wan, wan_latents(), texts).numpy()
        _, texts = predicted(method(ms), torch.zeros(4, 1, 16, 16))
        found["ms_latents"] = ms_latents_of(checkout, ms, ms_frames(), texts).numpy()
    np.savez_compressed(HERE / "golden/rem.npz", **found)


if __name__ == "__main__":
    main()

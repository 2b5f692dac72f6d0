"""An example of an adapter: the pixels whose colour the expression names.

It runs wherever NumPy and Pillow do: refvps-eval --method worker --option adapter=colour.py
--option python=ANY_PYTHON --pred preds
"""

NAME = "colour"
LICENCE = "Apache-2.0"
VERSIONS = {"pillow": ("", "")}
DEFAULTS = {"distance": 96}

COLOURS = {
    "red": (255, 0, 0),
    "green": (0, 160, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 230, 0),
    "orange": (255, 140, 0),
    "white": (255, 255, 255),
    "black": (0, 0, 0),
    "grey": (128, 128, 128),
}


def load(spec, report):
    """Load weights here; there are none. What is returned is kept with every mask."""
    return {"colours": len(COLOURS)}


def predict(job, report):
    """Return bool masks [T, H, W], and what is worth knowing of this answer."""
    import numpy as np
    from PIL import Image

    words = job["expression"].lower().replace(",", " ").split()
    named = [COLOURS[word] for word in words if word in COLOURS] or [COLOURS["white"]]
    masks = np.zeros((len(job["frames"]), job["height"], job["width"]), bool)
    for number, path in enumerate(job["frames"]):
        frame = np.asarray(Image.open(path).convert("RGB"), np.float32)
        away = np.linalg.norm(frame - np.asarray(named[0], np.float32), axis=-1)
        masks[number] = away < job["options"]["distance"]
        report(number + 1, len(job["frames"]))
    return masks, {"colour": list(named[0])}

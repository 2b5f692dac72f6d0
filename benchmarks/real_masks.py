"""Real masks through the whole path: DAVIS 2016 sequences as a release, two methods on it.

    python benchmarks/real_masks.py DAVIS16 RESULTS OUT
    refvps-eval --no-run --root OUT/release --pred OUT/preds --method osvos
    refvps-eval --no-run --root OUT/release --pred OUT/preds --method rvos-oracle

DAVIS16 holds ``JPEGImages/SEQUENCE`` and ``Annotations/SEQUENCE`` (0/255), RESULTS the folders
``osvos`` and ``rvos`` of the davis2017-evaluation repository (palette PNG). Written are a release
whose truth is every 4th human mask with a band of void along its boundary, and the masks of
``osvos`` (the union of its ids) and ``rvos-oracle`` (of its proposals the one with the best J
against the truth: an upper bound, not a method). Nothing of DAVIS is part of this project.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from benchmark.metrics.region_similarity import region_similarity
from refvps.mask_png import read_labels, write_labels
from refvps.release.schema import ReleaseHeader
from refvps.release.writer import ClipDraft, write_release
from refvps.types import BoolArray, Expression, UInt8Array

STRIDE = 4
BAND = 3
"""Half the width of the void band along the boundary, in pixels."""

GROUP = "motion patterns"
EXPRESSIONS = {
    "blackswan": (
        "the black swan gliding over the water",
        "the swan that swims past the stone bank",
        "the bird with a red beak",
        "a black bird on the river",
    ),
    "goat": (
        "the goat walking down the rocks",
        "the brown animal that climbs along the slope",
        "the goat",
        "the horned animal on the hillside",
    ),
    "kite-surf": (
        "the surfer pulled across the waves with his board and kite",
        "the person riding over the sea",
        "the kite surfer and what he holds on to",
        "the man on the board",
    ),
    "soapbox": (
        "the soapbox with the people on it racing down the track",
        "the home-made cart and its crew",
        "the vehicle that comes around the bend",
        "the men and the cart they ride on",
    ),
}


def drafts(davis: Path) -> Iterator[ClipDraft]:
    """Yield one clip a sequence."""
    for sequence, texts in EXPRESSIONS.items():
        frames = sorted((davis / "JPEGImages" / sequence).glob("*.jpg"))
        labels = {
            index: with_band(human_mask(davis, sequence, frames[index].stem))
            for index in range(0, len(frames), STRIDE)
        }
        yield ClipDraft(
            clip_id=sequence,
            frames=frames,
            labels=labels,
            expressions=tuple(
                Expression(str(number), text, "1", annotator=f"a{1 + number // 2}")
                for number, text in enumerate(texts)
            ),
            video=sequence,
            concept=sequence,
            groups=(GROUP,),
            provenance={"source": "DAVIS 2016", "sequence": sequence},
        )


def human_mask(davis: Path, sequence: str, frame_id: str) -> BoolArray:
    """Return the DAVIS mask of a frame, bool [H, W]."""
    mask: BoolArray = read_labels(davis / "Annotations" / sequence / f"{frame_id}.png").labels > 127
    return mask


def with_band(mask: BoolArray) -> UInt8Array:
    """Return labels with void within ``BAND`` pixels of the boundary."""
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * BAND + 1, 2 * BAND + 1))
    picture = mask.astype(np.uint8)
    labels = np.where(cv2.erode(picture, disk), 1, 0).astype(np.uint8)
    labels[(cv2.dilate(picture, disk) > 0) & (labels == 0)] = 255
    return labels


def best_proposal(davis: Path, results: Path, sequence: str) -> int:
    """Return the RVOS proposal with the best mean J on the annotated frames."""
    files = sorted((results / "rvos" / sequence).glob("*.png"))[::STRIDE]
    labels = np.stack([read_labels(file).labels for file in files])
    truth = np.stack([human_mask(davis, sequence, file.stem) for file in files])
    proposals = [int(label) for label in np.unique(labels) if label]
    scores = [float(region_similarity(labels == label, truth).mean()) for label in proposals]
    return proposals[int(np.argmax(scores))]


def write_masks(davis: Path, results: Path, preds: Path) -> None:
    """Write the masks of both methods as palette files of one target."""
    for sequence in EXPRESSIONS:
        proposal = best_proposal(davis, results, sequence)
        print(f"{sequence}: RVOS proposal {proposal}")
        for method, label in (("osvos", None), ("rvos-oracle", proposal)):
            for file in sorted((results / method.partition("-")[0] / sequence).glob("*.png")):
                found = read_labels(file).labels
                mask = found != 0 if label is None else found == label
                target = preds / method / sequence / file.name
                write_labels(target, mask.astype(np.uint8))


def main() -> None:
    """Write the release and the masks."""
    davis, results, out = (Path(argument) for argument in sys.argv[1:])
    header = ReleaseHeader(
        name="davis16-mini",
        version="1.0.0",
        licence="DAVIS 2016, non-commercial",
        description="Four DAVIS 2016 sequences with void along the boundary; for trying only.",
        concepts=dict.fromkeys(EXPRESSIONS, (GROUP,)),
    )
    write_release(out / "release", header, drafts(davis))
    write_masks(davis, results, out / "preds")


if __name__ == "__main__":
    main()

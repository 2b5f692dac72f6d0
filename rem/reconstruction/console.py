"""What ``refvps rem reconstruct`` does, with progress on stderr."""

import json
from pathlib import Path

import click

from benchmark.datasets.open import open_dataset
from refvps.errors import DataError
from refvps.options import parse_options
from refvps.progress import progress
from rem.base import find_base
from rem.build import build_autoencoder
from rem.options import RemOptions, settings_of
from rem.placement import Placement, device_named
from rem.reconstruction.measure import Reconstruction, first_masks, round_trips
from rem.variants import MS_1_4B, variant_named


def measure(
    data: tuple[str | None, Path | None], given: dict[str, str], most: int | None
) -> Reconstruction:
    """Measure the round trip of a data set's masks.

    Args:
        data: the data set as the user named it, and its folder.
        given: options of the method.
        most: how many masks at most, or None for one of every video.

    Raises:
        DataError: the data set has no mask, or the VAE is not on this machine.
    """
    import torch

    options = parse_options(RemOptions, given, "refvps rem reconstruct")
    settings = settings_of(options, variant_named(options.variant or MS_1_4B.name))
    dataset = open_dataset(*data)
    base = find_base(settings.variant, options.base, parts=("vae",), download=options.download)
    placement = Placement(
        device_named(options.device),
        getattr(torch, settings.dtype),
        autocast=settings.autocast,
    )
    autoencoder = build_autoencoder(settings, base, placement)
    masks = list(first_masks(dataset))[:most]
    if not masks:
        raise DataError(dataset.name, "no mask to reconstruct; its truth is empty or hidden")
    trips = []
    with progress("reconstruct", len(masks)) as shown:
        for trip in round_trips(autoencoder, placement, masks, settings.size):
            trips.append(trip)
            shown.step(items=1)
    return Reconstruction.of(trips)


def print_reconstruction(found: Reconstruction, *, as_json: bool) -> None:
    """Print the means, with the paper's beside them."""
    if as_json:
        figures = {"masks": found.masks, "mae": found.absolute, "miou": found.iou}
        click.echo(json.dumps(figures, indent=1))
        return
    click.echo(f"masks  {found.masks}")
    click.echo(f"MAE    {found.absolute:.4f}   paper, ms-1.4b on Ref-YouTube-VOS: 0.0144")
    click.echo(f"mIoU   {100 * found.iou:.2f}    paper: 99.33")

"""What makes masks of the network's features where the VAE's decoder is given up (Table 5).

The paper names the decoders' sources (a CNN after VPD, an MLP after SegFormer) and no sizes; these
are our reading: both see the features in front of the network's last convolution, ``[N, C, s, s]``
a frame, and answer masks at the size of the frames.
"""

from typing import TYPE_CHECKING

from refvps.errors import ConfigError

if TYPE_CHECKING:
    from torch import nn

WIDTH = 256


def cnn_head(features: int, factor: int) -> "nn.Module":
    """Return a stack of doublings: bilinear, 3x3 convolution, norm; then one channel.

    Args:
        features: channels of the input.
        factor: how much larger the masks are, a power of two.
    """
    from torch import nn

    layers: list[nn.Module] = []
    width = features
    while factor > 1:
        narrower = max(32, min(width, WIDTH) // 2)
        layers += [
            nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False),
            nn.Conv2d(width, narrower, 3, padding=1),
            nn.GroupNorm(8, narrower),
            nn.SiLU(),
        ]
        width, factor = narrower, factor // 2
    return nn.Sequential(*layers, nn.Conv2d(width, 1, 1))


def mlp_head(features: int, factor: int) -> "nn.Module":
    """Return two layers on every place by itself, then bilinear enlargement."""
    from torch import nn

    return nn.Sequential(
        nn.Conv2d(features, WIDTH, 1),
        nn.GELU(),
        nn.Conv2d(WIDTH, 1, 1),
        nn.Upsample(scale_factor=factor, mode="bilinear", align_corners=False),
    )


def open_features(network: "nn.Module") -> int:
    """Take the network's last convolution away; return how many channels it then answers.

    Raises:
        ConfigError: the network is no UNet.
    """
    from torch import nn

    last = getattr(network, "conv_out", None)
    if not isinstance(last, nn.Conv2d):
        raise ConfigError("objective.decoder = 'cnn' or 'mlp' needs a UNet; this variant is none")
    network.conv_out = nn.Identity()
    return last.in_channels

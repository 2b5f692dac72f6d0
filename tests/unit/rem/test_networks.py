"""The real configurations, instantiated without memory."""

import json
from pathlib import Path

import pytest

from refvps.errors import DataError
from rem.networks import empty_network, network_config
from rem.variants import MS_1_4B, variant_named

MILLIONS = {"ms-1.4b": 1411.2, "wan-14b": 14288.5, "wan-1.3b": 1419.0, "sd-2.1": 865.9}


@pytest.mark.parametrize("name", MILLIONS)
def test_real_networks_have_the_published_number_of_parameters(name: str) -> None:
    variant = variant_named(name)
    network = empty_network(variant.family, network_config(variant))
    assert all(parameter.is_meta for parameter in network.parameters())
    assert not any(buffer.is_meta for buffer in network.buffers())
    count = sum(parameter.numel() for parameter in network.parameters())
    assert round(count / 1e6, 1) == MILLIONS[name]


def test_a_folder_with_a_configuration_takes_precedence(tmp_path: Path) -> None:
    assert network_config(MS_1_4B, tmp_path) == MS_1_4B.config
    (tmp_path / "unet").mkdir()
    config = {"_class_name": "UNet3DConditionModel", "layers_per_block": 1}
    (tmp_path / "unet/config.json").write_text(json.dumps(config))
    assert network_config(MS_1_4B, tmp_path)["layers_per_block"] == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "damaged configuration"),
        ('{"_class_name": "UNet2DModel"}', "is of class UNet2DModel; expected UNet3DCondition"),
        ("[]", "expected UNet3DCondition"),
    ],
)
def test_configurations_of_something_else_are_refused(
    tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(DataError, match=message):
        network_config(MS_1_4B, tmp_path)

import pytest
import torch

from rem.placement import device_named, devices_of, own_gpu


@pytest.mark.parametrize(
    ("workers", "gpus", "expected"),
    [
        (3, 1, ["cuda", "cuda", "cuda"]),
        (2, 2, ["cuda:0", "cuda:1"]),
        (4, 2, ["cuda:0", "cuda:1", "cuda:0", "cuda:1"]),
    ],
)
def test_processes_are_spread_over_gpus(workers: int, gpus: int, expected: list[str]) -> None:
    assert [own_gpu(worker, gpus) for worker in range(workers)] == expected


@pytest.mark.parametrize("name", ["cpu", "cuda:1", "meta"])
def test_a_device_that_is_named_is_one(name: str) -> None:
    assert devices_of(name) == 1


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_without_a_gpu_auto_is_the_cpu_and_one_process() -> None:
    assert device_named("auto") == torch.device("cpu")
    assert devices_of("auto") == 1

"""Where official code, weights and what else they read are to be had."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Repository:
    """Official code.

    Attributes:
        address: of the repository.
        commit: that the adapter was written against.
    """

    address: str
    commit: str

    def clone(self) -> str:
        """Return the command that gets it."""
        folder = self.address.rpartition("/")[2]
        return f"git clone {self.address} && git -C {folder} checkout {self.commit}"


@dataclass(frozen=True, slots=True)
class Source:
    """Where everything of a method comes from.

    Attributes:
        code: the official repository; None where an installed package is all of it.
        checkpoint: the command that gets the weights, or where they are linked.
        environment: that of ours it runs in; None for this interpreter.
        notice: what a user must know before using it.
        hub: by an asset's name in the sandbox, the hub's name of it: a repository, or a
            repository, a space and one file of it.
    """

    code: Repository | None
    checkpoint: str
    environment: str | None
    notice: str
    hub: Mapping[str, str] = field(default_factory=dict)

    def install(self) -> str:
        """Return the command that gets the packages."""
        if self.environment is None:
            return "pip install 'refvps[models]'"
        return f"refvps env create {self.environment}"

    def download(self, asset: str, folder: str) -> str | None:
        """Return the command that gets an asset into the folder of assets, if known."""
        name = self.hub.get(asset)
        if name is None:
            return None
        # A file is put into a folder by its own name, a repository's files by theirs.
        return f"hf download {name} --local-dir {folder if ' ' in name else f'{folder}/{asset}'}"


ROBERTA = {"roberta-base": "FacebookAI/roberta-base"}

SOURCES: Mapping[str, Source] = {
    "mutr": Source(
        Repository("https://github.com/OpenGVLab/MUTR", "c5f5044"),
        "the table of models in the README of the checkout; the paper's row is Swin-L",
        "rvos-compat",
        "code: MIT",
        ROBERTA,
    ),
    "uninext": Source(
        Repository("https://github.com/MasterBin-IIAU/UNINEXT", "5ab0386"),
        "assets/MODEL_ZOO.md of the checkout: video_joint_vit_huge; it is on a university's "
        "SharePoint alone, which may go away",
        "rvos-compat",
        "code: MIT; the detectron2 inside it: Apache-2.0",
        {"projects/UNINEXT/bert-base-uncased": "google-bert/bert-base-uncased"},
    ),
    "vdit": Source(
        Repository("https://github.com/buxiangzhiren/VD-IT", "e44bd79"),
        "the README of the checkout",
        "rvos-compat",
        "LICENSE says CC BY-NC 4.0, the README Apache-2.0 and the page of the weights ECL-2.0: "
        "they contradict each other; treat it as non-commercial",
        {
            **ROBERTA,
            "laion/CLIP-ViT-H-14-laion2B-s32B-b79K": "laion/CLIP-ViT-H-14-laion2B-s32B-b79K",
            "Text-To-Video-Finetuning/mymodels/model_scope_diffusers": (
                "ali-vilab/text-to-video-ms-1.7b"
            ),
        },
    ),
    "glus": Source(
        Repository("https://github.com/GLUS-video/GLUS", "8fd138b"),
        "hf download Swindl/GLUS-A --local-dir GLUS-A",
        "glus",
        "the repository has no licence: nothing of it may be passed on; the SAM 2 inside it: "
        "Apache-2.0",
        {
            "openai/clip-vit-large-patch14": "openai/clip-vit-large-patch14",
            "sam2_hiera_large.pt": "facebook/sam2-hiera-large sam2_hiera_large.pt",
        },
    ),
    "sam3": Source(
        None,
        "hf download facebook/sam3 --local-dir sam3",
        None,
        "code: Apache-2.0 (transformers); the weights are under Meta's SAM licence: ask for them "
        "on https://huggingface.co/facebook/sam3, and log in with `hf auth login`",
    ),
}

"""Where official code, weights and what else they read are to be had."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Source:
    """Where everything of a method comes from.

    Attributes:
        repository: of the official code.
        commit: that its adapter was written against.
        checkpoint: the command that gets the weights, or where they are linked.
        environment: that of ours it runs in.
        notice: what a user must know before using it.
        hub: the hub's name of an asset, by its name in the sandbox.
    """

    repository: str
    commit: str
    checkpoint: str
    environment: str
    notice: str
    hub: Mapping[str, str] = field(default_factory=dict)

    def clone(self) -> str:
        """Return the command that gets the code."""
        folder = self.repository.rpartition("/")[2]
        return f"git clone {self.repository} && git -C {folder} checkout {self.commit}"


ROBERTA = {"roberta-base": "FacebookAI/roberta-base"}

SOURCES: Mapping[str, Source] = {
    "mutr": Source(
        "https://github.com/OpenGVLab/MUTR",
        "c5f5044",
        "the table of models in the README of the checkout; the paper's row is Swin-L",
        "rvos-compat",
        "code: MIT",
        ROBERTA,
    ),
    "uninext": Source(
        "https://github.com/MasterBin-IIAU/UNINEXT",
        "5ab0386",
        "assets/MODEL_ZOO.md of the checkout: video_joint_vit_huge; it is on a university's "
        "SharePoint alone, which may go away",
        "rvos-compat",
        "code: MIT; the detectron2 inside it: Apache-2.0",
        {"projects/UNINEXT/bert-base-uncased": "google-bert/bert-base-uncased"},
    ),
    "vdit": Source(
        "https://github.com/buxiangzhiren/VD-IT",
        "e44bd79",
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
        "https://github.com/GLUS-video/GLUS",
        "8fd138b",
        "hf download Swindl/GLUS-A",
        "glus",
        "the repository has no licence: nothing of it may be passed on; the SAM 2 inside it: "
        "Apache-2.0",
        {"openai/clip-vit-large-patch14": "openai/clip-vit-large-patch14"},
    ),
}

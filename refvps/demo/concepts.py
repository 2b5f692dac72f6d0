"""The processes shown and the groups of the paper's taxonomy that each belongs to."""

from types import MappingProxyType

from refvps.release.taxonomy import GROUPS

CHANGES, MOTION, ENVIRONMENT, INTERACTION, PATTERN = GROUPS

CONCEPTS = MappingProxyType(
    {
        "balloon deflating": (CHANGES,),
        "balloon inflating": (CHANGES,),
        "chemical waves": (PATTERN, MOTION),
        "clouds drifting": (ENVIRONMENT, MOTION),
        "colony growing": (PATTERN,),
        "cream mixing": (PATTERN, INTERACTION),
        "dust bursting": (INTERACTION, PATTERN),
        "flames": (MOTION,),
        "fog rolling": (ENVIRONMENT,),
        "frost growing": (PATTERN, CHANGES),
        "frost thawing": (CHANGES, ENVIRONMENT),
        "glass cracking": (INTERACTION, CHANGES),
        "glass draining": (CHANGES,),
        "glass filling": (CHANGES, INTERACTION),
        "glass shattering": (INTERACTION,),
        "ink dispersing": (PATTERN,),
        "lava flowing": (ENVIRONMENT, MOTION),
        "light fluctuating": (PATTERN, ENVIRONMENT),
        "melting": (CHANGES,),
        "paper burning": (CHANGES,),
        "ripples": (MOTION, INTERACTION),
        "sand draining": (CHANGES, MOTION),
        "sand pouring": (MOTION, CHANGES),
        "shadow sweeping": (ENVIRONMENT,),
        "smoke dispersing": (PATTERN, MOTION),
        "splash": (INTERACTION,),
        "surf": (MOTION, ENVIRONMENT),
        "wave running up": (ENVIRONMENT,),
    }
)
"""Every concept of the demo, with its groups; a concept may belong to several."""

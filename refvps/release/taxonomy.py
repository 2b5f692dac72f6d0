"""The five groups of dynamic processes that the paper names."""

GROUPS = (
    "temporal object changes",
    "motion patterns",
    "dynamic environmental changes",
    "interaction sequences",
    "pattern evolution",
)
"""A concept belongs to one or more of them. Source: ReferEverything, supplement A.1."""

"""Middle floor: data sets, metrics, scoring and reports."""

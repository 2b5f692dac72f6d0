"""The operations that scoring spends its time in, in NumPy and compiled; both give the same."""

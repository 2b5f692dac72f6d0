"""The built-in demo: small synthetic videos of dynamic processes, the same on every machine."""

"""How well a frozen VAE carries masks: the ceiling of REM."""

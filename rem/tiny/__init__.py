"""The small REM that ships: what it is trained on and with."""

"""What REM needs on this machine, and what this machine can run."""

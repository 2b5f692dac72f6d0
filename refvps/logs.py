"""Logging set-up of the command line: messages on stderr, results alone on stdout."""

import logging
import sys


def log_to_stderr(*, verbose: bool) -> None:
    """Send log messages to stderr: those at INFO and above, with ``verbose`` all of them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_LevelFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for package in ("refvps", "annotator", "benchmark", "baselines", "rem"):
        logging.getLogger(package).setLevel(logging.DEBUG if verbose else logging.INFO)


class _LevelFormatter(logging.Formatter):
    """Prefixes warnings and errors with their level; information stands as it is."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the message on one line, with its level if it matters."""
        message = record.getMessage()
        if record.levelno >= logging.WARNING:
            return f"{record.levelname.lower()}: {message}"
        return message

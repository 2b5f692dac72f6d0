"""Refuses files above 200 kB, but for those listed; given paths, or every tracked file."""

import subprocess
import sys
from pathlib import Path

MOST_BYTES = 200_000
ALLOWED_SUFFIXES = {".safetensors"}


def too_large(paths: list[Path]) -> list[str]:
    return [
        f"{path}: {path.stat().st_size} bytes; at most {MOST_BYTES}"
        for path in paths
        if path.is_file()
        and path.suffix not in ALLOWED_SUFFIXES
        and path.stat().st_size > MOST_BYTES
    ]


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=True, text=True)
    return [Path(name) for name in listed.stdout.split("\0") if name]


if __name__ == "__main__":
    found = too_large([Path(name) for name in sys.argv[1:]] or tracked())
    sys.stderr.writelines(f"{line}\n" for line in found)
    sys.exit(bool(found))

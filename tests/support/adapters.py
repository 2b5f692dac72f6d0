"""Modules of the adapters' folder, as the worker imports them: alone, by path."""

import sys
from importlib import import_module
from types import ModuleType

from support.worker_child import ADAPTERS


def adapter_module(name: str) -> ModuleType:
    """Return a module of the adapters' folder."""
    sys.path.insert(0, str(ADAPTERS))
    try:
        return import_module(name)
    finally:
        sys.path.remove(str(ADAPTERS))

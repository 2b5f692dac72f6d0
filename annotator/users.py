"""Who may log in: names, roles and hashed passwords, and the key that signs cookies."""

import base64
import hashlib
import hmac
import json
import os
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from annotator.ids import require_id
from refvps import atomic
from refvps.errors import ConfigError, DataError
from refvps.pages import Visitor
from refvps.strict_json import read_json

USERS = "users.json"
KEY = "secret.key"
ROLES = ("annotator", "reviewer", "admin")
SHORTEST_PASSWORD = 8

_COST, _BLOCK, _LANES = 2**14, 8, 1
"""scrypt with 16 MiB, some 50 ms: the least that is advised for logins."""

COOKIE_SECONDS = 12 * 3600


@dataclass(frozen=True, slots=True)
class User:
    """One account."""

    name: str
    roles: frozenset[str]
    salt: str
    password: str


class Users:
    """The accounts of a project, in ``users.json``, which only its owner may read.

    Args:
        root: the project.
        clock: seconds since 1970.
    """

    def __init__(self, root: Path, clock: Callable[[], float] = time.time) -> None:
        self._root, self._clock = root, clock
        self._users = _read(root / USERS)
        self._key = _key(root / KEY)

    @property
    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(sorted(self._users))

    def roles(self, name: str) -> frozenset[str]:
        """Return the roles of an account; none for one that is not there."""
        return self._users[name].roles if name in self._users else frozenset()

    def put(self, name: str, password: str, roles: Iterable[str]) -> None:
        """Make an account, or give it another password and roles.

        Raises:
            ConfigError: the password is too short, or a role is unknown.
            DataError: the name is no id, or the disk is full.
        """
        require_id(name, "user")
        chosen = _known_roles(roles)
        if len(password) < SHORTEST_PASSWORD:
            raise ConfigError(f"a password has at least {SHORTEST_PASSWORD} characters")
        salt = secrets.token_hex(16)
        self._keep(User(name, chosen, salt, _hashed(password, salt)))

    def grant(self, name: str, roles: Iterable[str]) -> None:
        """Give an account other roles; its password stays.

        Raises:
            ConfigError: there is no such account, a role is unknown, or nobody would be an
                administrator any more.
            DataError: the disk is full.
        """
        chosen = _known_roles(roles)
        if name not in self._users:
            raise ConfigError(f"nobody is called {name!r} here")
        others = [user for user in self._users.values() if user.name != name]
        if "admin" in self.roles(name) - chosen and not any("admin" in u.roles for u in others):
            raise ConfigError(f"{name} is the only administrator; make another one first")
        self._keep(replace(self._users[name], roles=chosen))

    def _keep(self, user: User) -> None:
        """Write all accounts with this one; what is in memory changes when it has been written."""
        users = {**self._users, user.name: user}
        document = {
            each.name: {
                "roles": sorted(each.roles),
                "salt": each.salt,
                "scrypt": each.password,
            }
            for each in users.values()
        }
        _write_secret(self._root / USERS, json.dumps(document, indent=1).encode())
        self._users = users

    def check(self, name: str, password: str) -> bool:
        """Return whether a password is right; it takes as long for a name that is not there."""
        user = self._users.get(name)
        salt = user.salt if user else "00" * 16
        found = _hashed(password[:1024], salt)
        return hmac.compare_digest(found, user.password if user else "") and user is not None

    def cookie(self, name: str) -> str:
        """Return a signed text that says who it is, for twelve hours."""
        body = f"{name}.{int(self._clock()) + COOKIE_SECONDS}.{self._stamp(name)}"
        return f"{body}.{self._signature(body)}"

    def visitor(self, cookie: str) -> Visitor | None:
        """Return who a cookie says it is; None for one that is forged, expired or outdated."""
        body, _, signature = cookie.rpartition(".")
        if not body or not hmac.compare_digest(signature.encode(), self._signature(body).encode()):
            return None
        name, until, stamp = body.split(".")
        user = self._users.get(name)
        if user is None or int(until) < self._clock() or stamp != self._stamp(name):
            return None
        return Visitor(name, user.roles)

    def _stamp(self, name: str) -> str:
        """Return what changes with the password, so that a new one ends older logins."""
        return self._users[name].salt[:8] if name in self._users else ""

    def _signature(self, body: str) -> str:
        digest = hmac.new(self._key, body.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _known_roles(roles: Iterable[str]) -> frozenset[str]:
    chosen = frozenset(roles)
    if strange := chosen - set(ROLES):
        raise ConfigError(f"no role is called {min(strange)!r}; there are {', '.join(ROLES)}")
    return chosen


def _hashed(password: str, salt: str) -> str:
    found = hashlib.scrypt(
        password.encode(), salt=bytes.fromhex(salt), n=_COST, r=_BLOCK, p=_LANES, dklen=32
    )
    return found.hex()


def _read(path: Path) -> dict[str, User]:
    if not path.exists():
        return {}
    try:
        return {
            name: User(name, frozenset(entry["roles"]), entry["salt"], entry["scrypt"])
            for name, entry in read_json(path).items()
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise DataError(path, f"is not as it was written ({error}); restore it") from error


def _key(path: Path) -> bytes:
    """Return the key that signs cookies, made once."""
    try:
        return bytes.fromhex(path.read_text("ascii"))
    except FileNotFoundError:
        key = secrets.token_bytes(32)
        _write_secret(path, key.hex().encode())
        return key
    except (OSError, ValueError) as error:
        raise DataError(path, "is no key; delete it, and everyone logs in again") from error


def _write_secret(path: Path, content: bytes) -> None:
    """Write a file that nobody but its owner can read, not even for a moment."""
    earlier = os.umask(0o077)
    try:
        atomic.write_bytes(path, content)
    finally:
        os.umask(earlier)

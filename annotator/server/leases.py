"""Who holds a job open for writing: one browser tab at a time."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from refvps.errors import RefvpsError

LEASE_SECONDS = 60.0


class LeaseError(RefvpsError):
    """A write without the lease of its job."""

    exit_code = 7


@dataclass(frozen=True, slots=True)
class Lease:
    """A job held by one tab until a moment on the server's clock."""

    token: str
    user: str
    until: float


class Leases:
    """The leases of all jobs, in memory: after a restart the first to come holds its job.

    Args:
        clock: seconds, never going back.
        seconds: how long a lease holds without being renewed.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, seconds: float = LEASE_SECONDS
    ) -> None:
        self._clock = clock
        self.seconds = seconds
        self._held: dict[str, Lease] = {}
        self._lock = threading.Lock()

    def holder(self, job_id: str) -> Lease | None:
        """Return who holds a job now."""
        lease = self._held.get(job_id)
        return lease if lease is not None and lease.until > self._clock() else None

    def take(self, job_id: str, user: str, *, force: bool = False) -> Lease:
        """Take a job that nobody holds, or by force.

        Raises:
            LeaseError: somebody holds it; names who, and for how long.
        """
        with self._lock:
            held = self.holder(job_id)
            if held is not None and not force:
                left = held.until - self._clock()
                raise LeaseError(f"{held.user} has this job open elsewhere, for {left:.0f} s more")
            return self._put(job_id, secrets.token_urlsafe(16), user)

    def renew(self, job_id: str, user: str, token: str) -> Lease:
        """Hold a job for longer; one that nobody holds now is taken again.

        Raises:
            LeaseError: somebody else holds it, or there is no token.
        """
        with self._lock:
            held = self.holder(job_id)
            if not token:
                raise LeaseError("open the job first: a write names its lease")
            if held is not None and (held.token, held.user) != (token, user):
                raise LeaseError(f"{held.user} has this job open elsewhere; this copy is read-only")
            return self._put(job_id, token[:64], user)

    def release(self, job_id: str, user: str, token: str) -> None:
        """Give a job back; somebody else's lease stays."""
        with self._lock:
            held = self._held.get(job_id)
            if held is not None and (held.token, held.user) == (token, user):
                del self._held[job_id]

    def _put(self, job_id: str, token: str, user: str) -> Lease:
        lease = Lease(token, user, self._clock() + self.seconds)
        self._held[job_id] = lease
        return lease

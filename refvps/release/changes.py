"""What differs between two releases, and how a changelog says it."""

from collections.abc import Mapping
from dataclasses import dataclass

from refvps.release.reader import Release
from refvps.release.schema import ANNOTATIONS
from refvps.release.version import Step


@dataclass(frozen=True, slots=True)
class Changes:
    """What a newer release has otherwise; clips by id, sorted.

    Attributes:
        added: clips that are new.
        removed: clips that are gone.
        masks: clips with another mask.
        expressions: clips with other expressions.
        words: clips with another concept, group or video.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    masks: tuple[str, ...] = ()
    expressions: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def step(self) -> Step:
        """What the version has to say: minor where a score can change, else patch."""
        changed = self.added or self.removed or self.masks or self.expressions or self.words
        return "minor" if changed else "patch"

    @property
    def lines(self) -> tuple[str, ...]:
        """The changes in words. Clips that are gone are counted, never named."""
        said = (
            ("added", self.added, True),
            ("removed", self.removed, False),
            ("with changed masks", self.masks, True),
            ("with changed expressions", self.expressions, True),
            ("with another concept, group or video", self.words, True),
        )
        found = []
        for what, clips, named in said:
            if clips:
                count = f"{len(clips)} clip{'' if len(clips) == 1 else 's'} {what}"
                listed = f": {', '.join(clips[:20])}" + (", …" if len(clips) > 20 else "")
                found.append(count + (listed if named else ""))
        return tuple(found) or ("nothing that is scored changed",)


def changes(old: Release, new: Release) -> Changes:
    """Compare two releases by their checksums and metadata; no mask is decoded."""
    shared = sorted(old.videos.keys() & new.videos.keys())
    before, after = _mask_sums(old), _mask_sums(new)

    def differ(*names: str) -> tuple[str, ...]:
        return tuple(
            clip
            for clip in shared
            if any(getattr(old.videos[clip], n) != getattr(new.videos[clip], n) for n in names)
        )

    return Changes(
        added=tuple(sorted(new.videos.keys() - old.videos.keys())),
        removed=tuple(sorted(old.videos.keys() - new.videos.keys())),
        masks=tuple(clip for clip in shared if before.get(clip) != after.get(clip)),
        expressions=differ("expressions"),
        words=differ("concept", "groups", "video"),
    )


def changelog(entry: tuple[str, tuple[str, ...]], before: str = "") -> str:
    """Return a changelog with an entry on top of an earlier one.

    Args:
        entry: version and lines.
        before: the text so far; empty for a first release.
    """
    version, lines = entry
    text = f"## {version}\n\n" + "".join(f"- {line}\n" for line in lines)
    head, _, rest = before.partition("\n## ")
    earlier = f"\n## {rest}" if rest else ""
    return f"# Changelog\n\n{text}{earlier}" if head or not before else text


def _mask_sums(release: Release) -> dict[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, digest in release.checksums.items():
        parts = name.split("/")
        if parts[0] == ANNOTATIONS and len(parts) == 3:
            found.setdefault(parts[1], {})[parts[2]] = digest
    return dict(found)

"""What lies beside the data: README, datasheet, changelog, Croissant; made from the data alone."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from refvps.json_lines import json_lines
from refvps.release.croissant import croissant
from refvps.release.schema import IDS_ONLY, REMOVED, ReleaseHeader

README, DATASHEET, CHANGELOG, CROISSANT = (
    "README.md",
    "DATASHEET.md",
    "CHANGELOG.md",
    "croissant.json",
)

_FETCH = """## Getting the frames

This release holds ids, times and masks. The videos belong to whoever made them; they are fetched
from where they were posted, cut and checked on your machine:

    refvps release hydrate .

Posts vanish, so a copy may lack clips. `coverage.json` says which; `refvps-eval` scores what is
there and prints the share. `removed.jsonl`, where there is one, names by salted digest what has
been taken out at somebody's request; take it out of copies of your own, too.

"""

_SHEET = """# Datasheet of {name} {version}

## Why it was made
{description}

## What is in it
{counts}
Each clip has {stride} frames for every annotated one, at {fps} frames a second. A mask has labels
0 background, 1 target, 255 Ignore: pixels that annotators held to be ambiguous, which no score
counts. Clips by concept: {concepts}.

## Where it comes from
Sources: {sources}. Each clip's line in `provenance.jsonl` says where it was found, which part was
cut, under which licence, on what ground it is published and who attested to it.
Licences of clips: {licences}.

## How it was labelled
Masks by {people}; of them {reviewed} were accepted by a reviewer and {frozen} frozen with a
digest, {judged} decided by an adjudicator between two labellings. Two people wrote two expressions
each, without seeing one another's.

## What it should not be used for
Identifying people. It was collected to study processes; who is in the picture was never annotated.

## How it is kept
Semantic versions: the middle number changes whenever a score can. People who are shown, or who made
a video, may ask for its removal; it is then taken out of every copy we hold, and `removed.jsonl`
keeps a salted digest, so that it does not come back. Removed so far: {removed}.

## Known gaps
{gaps}
"""


@dataclass(frozen=True, slots=True)
class Beside:
    """What documents need beyond the data itself.

    Attributes:
        changelog: the whole text.
        removed: the lines of ``removed.jsonl``.
    """

    changelog: str
    removed: Sequence[Mapping[str, Any]] = ()


def documents(
    header: ReleaseHeader,
    beside: Beside,
    checksums: Mapping[str, str],
    provenance: Sequence[Mapping[str, str]],
) -> dict[str, bytes]:
    """Return the documents of a release by file name.

    Args:
        header: what it says about itself.
        beside: changelog and removals.
        checksums: of every data file.
        provenance: one line a clip.
    """
    made = {
        README: _readme(header, provenance),
        DATASHEET: _datasheet(header, beside, provenance),
        CHANGELOG: beside.changelog,
        CROISSANT: json.dumps(croissant(header, checksums), ensure_ascii=False, indent=2) + "\n",
    }
    if beside.removed:
        made[REMOVED] = json_lines(beside.removed)
    return {name: text.encode() for name, text in made.items()}


def _readme(header: ReleaseHeader, provenance: Sequence[Mapping[str, str]]) -> str:
    lines = [
        f"# {header.name} {header.version}",
        "",
        header.description,
        "",
        f"{_count(len(provenance), 'clip')}. Licence of the annotations: {header.licence}.",
        "The licence of each clip's pixels stands in `provenance.jsonl`.",
        "",
    ]
    fetched = _FETCH if header.kind == IDS_ONLY else ""
    use = (
        "## Scoring\n\n    refvps-eval --method NAME --pred preds/ --root .\n\n"
        "`sha256sum -c checksums.sha256` checks every file.\n"
    )
    return "\n".join(lines) + "\n" + fetched + use


def _datasheet(
    header: ReleaseHeader, beside: Beside, provenance: Sequence[Mapping[str, str]]
) -> str:
    people = {line.get("masks_by", "") for line in provenance} - {""}
    unknown = sum(line.get("licence", "unknown") == "unknown" for line in provenance)
    gaps = [f"The licence of {_count(unknown, 'clip')} is not known."] if unknown else []
    if header.kind == IDS_ONLY:
        gaps.append("Posts may vanish, and platforms may serve other bytes than were annotated.")
    return _SHEET.format(
        name=header.name,
        version=header.version,
        description=header.description,
        counts=f"{_count(len(provenance), 'clip')} of {len(header.concepts)} declared concepts.",
        stride=header.annotation_stride,
        fps=header.fps,
        concepts=_tally(provenance, "concept"),
        sources=_tally(provenance, "platform", "source"),
        licences=_tally(provenance, "licence"),
        people=_count(len(people), "person", "people"),
        reviewed=_state(provenance, "accepted", "frozen"),
        frozen=_state(provenance, "frozen"),
        judged=sum(line.get("masks_kind") == "adjudicate" for line in provenance),
        removed=len({str(line.get("selector")) for line in beside.removed}),
        gaps="\n".join(gaps) or "None known.",
    )


def _state(provenance: Sequence[Mapping[str, str]], *states: str) -> int:
    return sum(line.get("masks_state") in states for line in provenance)


def _tally(provenance: Sequence[Mapping[str, str]], *keys: str) -> str:
    found: Counter[str] = Counter()
    for line in provenance:
        found[next((line[key] for key in keys if line.get(key)), "not said")] += 1
    return ", ".join(f"{name} ({number})" for name, number in sorted(found.items()))


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number} {noun if number == 1 else plural or noun + 's'}"

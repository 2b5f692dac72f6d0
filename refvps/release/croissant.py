"""Croissant metadata: how machines that know nothing of this layout find what is in it.

Source: the Croissant format specification, version 1.0, of MLCommons.
"""

from collections.abc import Mapping
from typing import Any

from refvps.release.schema import META_EXPRESSIONS, PROVENANCE, ReleaseHeader

CONFORMS_TO = "http://mlcommons.org/croissant/1.0"

CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}

COLUMNS = ("clip_id", "concept", "source", "licence")
"""Of ``provenance.jsonl``, what every line has."""


def croissant(header: ReleaseHeader, checksums: Mapping[str, str]) -> dict[str, Any]:
    """Return the metadata of a release.

    Args:
        header: what it says about itself.
        checksums: of its data files; those of both lists are quoted.
    """
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": header.name,
        "description": header.description,
        "conformsTo": CONFORMS_TO,
        "license": header.licence,
        "version": header.version,
        "isLiveDataset": False,
        "rai:dataCollection": "Videos that people posted, chosen by hand; see provenance.jsonl.",
        "rai:dataAnnotationProtocol": (
            "Masks of one target at 6 frames a second with an Ignore label for what is ambiguous; "
            "two referring expressions by each of two annotators."
        ),
        "rai:dataReleaseMaintenancePlan": (
            "Semantic versions. Clips are removed on request; removed.jsonl keeps salted digests."
        ),
        "rai:personalSensitiveInformation": "Videos may show people, who are never identified.",
        "distribution": [
            _file("provenance", PROVENANCE, "application/jsonlines", checksums),
            _file("expressions", META_EXPRESSIONS, "application/json", checksums),
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "clips",
                "name": "clips",
                "description": "One record a clip: its concept, source and licence.",
                "key": {"@id": "clips/clip_id"},
                "field": [_field(column) for column in COLUMNS],
            }
        ],
    }


def _file(name: str, path: str, kind: str, checksums: Mapping[str, str]) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": path,
        "encodingFormat": kind,
        "sha256": checksums[path],
    }


def _field(column: str) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"clips/{column}",
        "name": f"clips/{column}",
        "description": column.replace("_", " "),
        "dataType": "sc:Text",
        "source": {"fileObject": {"@id": "provenance"}, "extract": {"column": column}},
    }

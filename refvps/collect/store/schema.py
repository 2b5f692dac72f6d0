"""The tables of a collection store, as SQL, one script a version."""

VERSION_1 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE concept (
    concept_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    groups TEXT NOT NULL,
    definition TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('proposed', 'active', 'dropped')),
    origin TEXT NOT NULL
) STRICT;

CREATE TABLE query (
    query_id TEXT PRIMARY KEY,
    concept_id TEXT NOT NULL REFERENCES concept,
    text TEXT NOT NULL,
    language TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('keyword', 'hashtag', 'sentence')),
    origin TEXT NOT NULL
) STRICT;

CREATE TABLE source_run (
    source_run_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    config_hash TEXT NOT NULL,
    basis TEXT NOT NULL,
    started TEXT NOT NULL,
    finished TEXT,
    cursor TEXT,
    tools TEXT NOT NULL,
    seen INTEGER NOT NULL,
    new INTEGER NOT NULL,
    note TEXT NOT NULL
) STRICT;

CREATE TABLE candidate (
    candidate_id TEXT PRIMARY KEY,
    platform TEXT NOT NULL,
    native_id TEXT NOT NULL,
    url TEXT NOT NULL,
    concept_id TEXT NOT NULL REFERENCES concept,
    source_run_id TEXT NOT NULL REFERENCES source_run,
    place INTEGER NOT NULL,
    title TEXT NOT NULL,
    author TEXT NOT NULL,
    duration_ms INTEGER,
    posted_at TEXT,
    flags TEXT NOT NULL,
    first_seen TEXT NOT NULL
) STRICT;

CREATE TABLE candidate_hit (
    candidate_id TEXT NOT NULL REFERENCES candidate ON DELETE CASCADE,
    source_run_id TEXT NOT NULL REFERENCES source_run,
    query_text TEXT NOT NULL,
    concept_id TEXT NOT NULL REFERENCES concept,
    place INTEGER NOT NULL,
    PRIMARY KEY (candidate_id, source_run_id, query_text, concept_id)
) STRICT;

CREATE TABLE media (
    media_id TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL,
    suffix TEXT NOT NULL
) STRICT;

CREATE TABLE fetched (
    candidate_id TEXT PRIMARY KEY REFERENCES candidate ON DELETE CASCADE,
    media_id TEXT NOT NULL REFERENCES media,
    format_id TEXT NOT NULL,
    width INTEGER,
    height INTEGER,
    tool TEXT NOT NULL,
    fetched_at TEXT NOT NULL
) STRICT;
CREATE INDEX fetched_media ON fetched (media_id);

CREATE TABLE stage_result (
    candidate_id TEXT NOT NULL REFERENCES candidate ON DELETE CASCADE,
    stage TEXT NOT NULL,
    version INTEGER NOT NULL,
    config_hash TEXT NOT NULL,
    input_hash TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('ok', 'excluded', 'failed')),
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    ended TEXT NOT NULL,
    PRIMARY KEY (candidate_id, stage)
) STRICT;

CREATE TABLE failure (
    candidate_id TEXT NOT NULL REFERENCES candidate ON DELETE CASCADE,
    stage TEXT NOT NULL,
    error_class TEXT NOT NULL,
    tries INTEGER NOT NULL,
    final INTEGER NOT NULL,
    not_before TEXT NOT NULL,
    first_failed TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (candidate_id, stage)
) STRICT;

CREATE TABLE attempt (
    attempt_id INTEGER PRIMARY KEY AUTOINCREMENT,
    subject TEXT NOT NULL,
    stage TEXT NOT NULL,
    started TEXT NOT NULL,
    ended TEXT,
    status TEXT NOT NULL CHECK (status IN ('running', 'ok', 'failed', 'interrupted')),
    error_class TEXT NOT NULL,
    http_status INTEGER,
    retry_after INTEGER,
    message TEXT NOT NULL
) STRICT;
CREATE INDEX attempt_subject ON attempt (subject, stage);

CREATE TABLE probe (
    media_id TEXT PRIMARY KEY REFERENCES media ON DELETE CASCADE,
    container TEXT NOT NULL,
    codec TEXT NOT NULL,
    pix_fmt TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    rotation INTEGER NOT NULL,
    sample_aspect_num INTEGER NOT NULL,
    sample_aspect_den INTEGER NOT NULL,
    colour TEXT NOT NULL,
    time_base_num INTEGER NOT NULL,
    time_base_den INTEGER NOT NULL,
    start_pts INTEGER NOT NULL,
    n_frames INTEGER NOT NULL,
    uneven INTEGER NOT NULL,
    duration_num INTEGER NOT NULL,
    duration_den INTEGER NOT NULL,
    pts_digest TEXT NOT NULL
) STRICT;

CREATE TABLE boundary (
    media_id TEXT NOT NULL REFERENCES media ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    pts_start INTEGER NOT NULL,
    pts_end INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('cut', 'gradual', 'flash-suppressed')),
    detectors TEXT NOT NULL,
    score REAL,
    PRIMARY KEY (media_id, ordinal)
) STRICT;

CREATE TABLE score (
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    value REAL NOT NULL,
    stage TEXT NOT NULL,
    PRIMARY KEY (subject, name)
) STRICT;

CREATE TABLE fingerprint (
    media_id TEXT NOT NULL REFERENCES media ON DELETE CASCADE,
    kind TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (media_id, kind)
) STRICT;

CREATE TABLE duplicate (
    media_id TEXT NOT NULL REFERENCES media ON DELETE CASCADE,
    of_media_id TEXT NOT NULL REFERENCES media (media_id) ON DELETE CASCADE,
    relation TEXT NOT NULL CHECK (relation IN ('same', 'flip', 'crop', 'subset')),
    distance REAL NOT NULL,
    decided_by TEXT NOT NULL,
    PRIMARY KEY (media_id, of_media_id)
) STRICT;

CREATE TABLE decision (
    decision_id INTEGER PRIMARY KEY AUTOINCREMENT,
    subject TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('accept', 'exclude', 'split', 'undo')),
    reason TEXT NOT NULL,
    concept_id TEXT REFERENCES concept,
    reviewer TEXT NOT NULL,
    at TEXT NOT NULL,
    ms_spent INTEGER NOT NULL,
    blind INTEGER NOT NULL,
    previous_id INTEGER,
    note TEXT NOT NULL
) STRICT;
CREATE INDEX decision_subject ON decision (subject);

CREATE TABLE clip (
    clip_id TEXT PRIMARY KEY,
    candidate_id TEXT NOT NULL REFERENCES candidate ON DELETE CASCADE,
    media_id TEXT NOT NULL REFERENCES media,
    concept_id TEXT NOT NULL REFERENCES concept,
    split_index INTEGER NOT NULL,
    start_num INTEGER NOT NULL,
    start_den INTEGER NOT NULL,
    end_num INTEGER NOT NULL,
    end_den INTEGER NOT NULL,
    event_start_num INTEGER NOT NULL,
    event_start_den INTEGER NOT NULL,
    event_end_num INTEGER NOT NULL,
    event_end_den INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'accepted', 'dropped')),
    note TEXT NOT NULL
) STRICT;
CREATE INDEX clip_candidate ON clip (candidate_id);

CREATE TABLE export (
    clip_id TEXT NOT NULL REFERENCES clip ON DELETE CASCADE,
    profile TEXT NOT NULL,
    n_frames INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    frames_digest TEXT NOT NULL,
    encoder TEXT NOT NULL,
    PRIMARY KEY (clip_id, profile)
) STRICT;

CREATE TABLE liveness (
    candidate_id TEXT PRIMARY KEY REFERENCES candidate ON DELETE CASCADE,
    state TEXT NOT NULL,
    since TEXT NOT NULL,
    checked_at TEXT NOT NULL
) STRICT;

CREATE TABLE removal (
    removal_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('candidate', 'author', 'media', 'fingerprint')),
    selector TEXT NOT NULL,
    reason TEXT NOT NULL,
    requested_at TEXT NOT NULL,
    done_at TEXT
) STRICT;

CREATE TABLE event (
    event_id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX event_subject ON event (subject);

CREATE TABLE purging (subject TEXT PRIMARY KEY) STRICT;

CREATE TRIGGER event_is_kept BEFORE DELETE ON event
WHEN NOT EXISTS (SELECT 1 FROM purging WHERE subject = OLD.subject)
BEGIN SELECT RAISE(ABORT, 'events are never deleted, but by a purge'); END;
CREATE TRIGGER event_is_fixed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER decision_is_kept BEFORE DELETE ON decision
WHEN NOT EXISTS (SELECT 1 FROM purging WHERE subject = OLD.subject)
BEGIN SELECT RAISE(ABORT, 'decisions are never deleted, but by a purge'); END;
CREATE TRIGGER decision_is_fixed BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'decisions are never changed'); END;
"""

VERSION_2 = """
DROP TRIGGER decision_is_fixed;
ALTER TABLE decision ADD COLUMN parts TEXT NOT NULL DEFAULT '[]';
UPDATE decision SET parts = (
    SELECT json_group_array(
        start_num || '/' || start_den || ' ' || end_num || '/' || end_den || ' ' ||
        event_start_num || '/' || event_start_den || ' ' || event_end_num || '/' || event_end_den
    )
    FROM clip WHERE clip.candidate_id = decision.subject AND clip.state = 'accepted'
)
WHERE verdict = 'accept'
AND EXISTS (
    SELECT 1 FROM clip WHERE clip.candidate_id = decision.subject AND clip.state = 'accepted'
);
CREATE TRIGGER decision_is_fixed BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'decisions are never changed'); END;
"""
"""Clips follow from decisions, so each decision says which parts of a video it speaks of."""

VERSION_3 = """
ALTER TABLE fetched ADD COLUMN post TEXT NOT NULL DEFAULT '';
ALTER TABLE fetched ADD COLUMN authors TEXT NOT NULL DEFAULT '[]';
"""
"""Lists of addresses name neither post nor author; both are known once a video is there, and who
is removed goes by either."""

MIGRATIONS = (VERSION_1, VERSION_2, VERSION_3)
"""The script at place n leads from version n to n + 1; ``PRAGMA user_version`` counts them."""

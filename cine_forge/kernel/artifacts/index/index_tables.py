"""The tables of the index and the queries whose text is a rule.

`artifact.derivation` is the newest derivation that made a version. `present` says that its envelope was
taken in, and that means that it is visible; a version that is only named somewhere is not present. `filled`
has its row once everything that is kept was taken in: a writer may die between making the tables and that.
"""

from __future__ import annotations

FORMAT = 2

TABLES = (
    """CREATE TABLE subject (
        key INTEGER PRIMARY KEY, type TEXT NOT NULL, entity TEXT NOT NULL, head INTEGER,
        UNIQUE (type, entity))""",
    """CREATE TABLE artifact (
        key INTEGER PRIMARY KEY, subject INTEGER NOT NULL, version INTEGER NOT NULL,
        present INTEGER NOT NULL DEFAULT 0, digest TEXT, schema_name TEXT, source TEXT,
        candidate INTEGER NOT NULL DEFAULT 0, own_commit INTEGER NOT NULL DEFAULT 0, derivation INTEGER,
        UNIQUE (subject, version))""",
    "CREATE INDEX artifact_by_derivation ON artifact (derivation)",
    """CREATE TABLE lineage (
        artifact INTEGER NOT NULL, place INTEGER NOT NULL, made_from INTEGER NOT NULL,
        digest TEXT NOT NULL, role TEXT NOT NULL, PRIMARY KEY (artifact, place)) WITHOUT ROWID""",
    "CREATE INDEX lineage_by_made_from ON lineage (made_from)",
    """CREATE TABLE derivation (
        key INTEGER PRIMARY KEY, stage TEXT NOT NULL, entity TEXT NOT NULL, sequence INTEGER NOT NULL,
        ordinal INTEGER NOT NULL, body TEXT NOT NULL, UNIQUE (stage, entity, sequence))""",
    "CREATE INDEX derivation_by_ordinal ON derivation (ordinal)",
    """CREATE TABLE bound (
        derivation INTEGER NOT NULL, side INTEGER NOT NULL, place INTEGER NOT NULL, name TEXT NOT NULL,
        artifact INTEGER NOT NULL, digest TEXT NOT NULL,
        PRIMARY KEY (derivation, side, place)) WITHOUT ROWID""",
    "CREATE INDEX bound_by_artifact ON bound (artifact, side)",
    """CREATE TABLE statement (
        artifact INTEGER PRIMARY KEY, subject INTEGER NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL,
        version INTEGER NOT NULL, body TEXT NOT NULL)""",
    "CREATE INDEX statement_by_subject ON statement (subject, number)",
    "CREATE INDEX statement_by_kind ON statement (kind)",
    "CREATE TABLE filled (once INTEGER NOT NULL UNIQUE)",
)

VISIBLE = "a.present = 1"

_PINNED = f"""SELECT a.key FROM artifact a WHERE a.subject = :subject AND {VISIBLE} AND a.version = (
    SELECT CASE kind WHEN 'pin' THEN version END FROM statement
    WHERE subject = :subject AND kind IN ('pin', 'unpin') ORDER BY number DESC LIMIT 1)"""

_NEWEST = f"""SELECT a.key FROM artifact a WHERE a.subject = :subject AND {VISIBLE} AND (a.candidate = 0
    OR EXISTS (SELECT 1 FROM statement t
        WHERE t.subject = :subject AND t.kind = 'accept' AND t.version = a.version))
    ORDER BY a.version DESC LIMIT 1"""

CURRENT = f"UPDATE subject SET head = coalesce(({_PINNED}), ({_NEWEST})) WHERE key = :subject"
"""Current is what the newest pin names, else the newest visible version that is no unaccepted candidate."""

NEWEST = """SELECT body FROM derivation JOIN
    (SELECT stage, entity, max(sequence) AS sequence FROM derivation {where} GROUP BY stage, entity) newest
    USING (stage, entity, sequence) ORDER BY ordinal, stage, entity"""
"""The newest derivation of each unit."""

STAMP = """SELECT (SELECT sum(head) FROM subject), (SELECT max(key) FROM artifact),
    (SELECT sum(present) FROM artifact), (SELECT max(key) FROM derivation),
    (SELECT count(*) FROM statement)"""
"""Every commit, announcement and statement changes one of these."""

PUT_STATEMENT = """INSERT INTO statement (artifact, subject, number, kind, version, body)
    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (artifact) DO UPDATE SET subject = excluded.subject,
    number = excluded.number, kind = excluded.kind, version = excluded.version, body = excluded.body"""

_ENDS = """JOIN subject cs ON cs.key = c.subject JOIN subject ms ON ms.key = m.subject"""

GOVERNING = f"""
    SELECT cs.type, cs.entity, c.version, ms.type, ms.entity, m.version, b.digest, 'derived_from', b.place
    FROM bound b JOIN artifact c ON c.derivation = b.derivation JOIN artifact m ON m.key = b.artifact {_ENDS}
    WHERE b.side = 0 AND c.present = 1 AND {{where}}
    UNION ALL
    SELECT cs.type, cs.entity, c.version, ms.type, ms.entity, m.version, l.digest, l.role, l.place
    FROM lineage l JOIN artifact c ON c.key = l.artifact JOIN artifact m ON m.key = l.made_from {_ENDS}
    WHERE c.present = 1 AND (c.derivation IS NULL OR l.role <> 'derived_from') AND {{where}}
    ORDER BY 1, 2, 3, 9, 4, 5, 6"""
"""What a version was made from: the inputs of the newest derivation that made it, and its own other edges;
without a derivation its own edges alone."""

STANDING = """NOT EXISTS (SELECT 1 FROM derivation o JOIN derivation n ON n.stage = o.stage
    AND n.entity = o.entity AND n.sequence > o.sequence WHERE o.key = c.derivation
    AND NOT EXISTS (SELECT 1 FROM derivation l WHERE l.stage = n.stage AND l.entity = n.entity
        AND l.sequence > n.sequence)
    AND NOT EXISTS (SELECT 1 FROM bound k JOIN artifact ka ON ka.key = k.artifact
        WHERE k.derivation = n.key AND k.side = 1 AND ka.subject = c.subject))"""
"""That the newest derivation of the unit that made a version still keeps its subject, in whatever version.

What is pinned or locked while its unit goes on stays judged."""

_ARTIFACT = "(artifact a JOIN subject s ON s.key = a.subject)"

DUMPS = {
    "artifact": f"""SELECT s.type, s.entity, a.version, a.present, a.digest, a.schema_name, a.source,
        a.candidate, a.own_commit, CASE WHEN s.head = a.key THEN 1 ELSE 0 END, d.stage, d.entity, d.sequence
        FROM {_ARTIFACT} LEFT JOIN derivation d ON d.key = a.derivation""",
    "derivation": "SELECT stage, entity, sequence, ordinal, body FROM derivation",
    "bound": f"""SELECT d.stage, d.entity, d.sequence, b.side, b.place, b.name, s.type, s.entity, a.version,
        b.digest FROM bound b JOIN derivation d ON d.key = b.derivation
        JOIN {_ARTIFACT} ON a.key = b.artifact""",
    "lineage": f"""SELECT s.type, s.entity, a.version, l.place, ms.type, ms.entity, m.version, l.digest,
        l.role FROM lineage l JOIN {_ARTIFACT} ON a.key = l.artifact
        JOIN artifact m ON m.key = l.made_from JOIN subject ms ON ms.key = m.subject""",
    "statement": f"""SELECT s.type, s.entity, a.version, t.number, t.kind, t.version, t.body
        FROM statement t JOIN {_ARTIFACT} ON a.key = t.artifact""",
}

"""The graph of what is current, in the numbers of an index: which subject stands on which.

An index answers these questions for the closure of what is stale, which may touch every edge of a large
project: so they are asked in bulk, in whole numbers, and names are read last. A *subject* is a number for
`type/entity`, and stands for its current version; a *version* is a number for any version. What stands
on what: the inputs of the newest derivation that made the current version, and its own other edges; of
an own commit its edges alone. The SQL is plain enough for every database that an index may be kept in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from cine_forge.kernel.artifacts.records.refs import Ref

Ask = Callable[[str], Iterable[Any]]
"""Asks the index one question in SQL and returns the rows."""

Name = tuple[str, str, int, int]
"""Type, entity and version of what is current, and the subject."""

_AT_ONCE = 500
_HISTORY = "('revision_of', 'variant_of')"

_OUTDATED = """FROM artifact m CROSS JOIN subject ms LEFT JOIN artifact h ON h.key = ms.head
    CROSS JOIN {edges} e CROSS JOIN artifact c CROSS JOIN subject cs
    WHERE m.subject = ms.key AND (ms.head IS NULL OR m.key <> ms.head)
    AND (h.digest IS NULL OR h.digest <> e.digest) AND cs.key = c.subject AND cs.head = c.key
    AND cs.key <> ms.key"""

_MOVED = f"""
    SELECT cs.key, m.key, e.place, 0 {_OUTDATED.format(edges="bound")}
    AND e.artifact = m.key AND e.side = 0 AND c.derivation = e.derivation
    UNION ALL
    SELECT cs.key, m.key, e.place, 1 {_OUTDATED.format(edges="lineage")}
    AND e.made_from = m.key AND c.key = e.artifact AND e.role NOT IN {_HISTORY}
    AND (c.derivation IS NULL OR e.role <> 'derived_from')
    ORDER BY 1, 3, 4"""
"""CROSS JOIN keeps SQLite to the order written here: from the few versions that are not current to their
users, never from all edges."""

_BY_DERIVATION = """SELECT m.subject, cs.key FROM subject cs CROSS JOIN artifact c CROSS JOIN bound e
    CROSS JOIN artifact m WHERE c.key = cs.head AND e.derivation = c.derivation AND e.side = 0
    AND m.key = e.artifact"""
"""Begins with what is current, in the order of keys: half as many look-ups as beginning with the edges."""

_BY_SUBJECT = f"""SELECT m.subject, c.subject FROM lineage e
    JOIN artifact c ON c.key = e.artifact JOIN subject cs ON cs.key = c.subject
    JOIN artifact m ON m.key = e.made_from WHERE cs.head = c.key AND e.role NOT IN {_HISTORY}
    AND (c.derivation IS NULL OR e.role <> 'derived_from')"""

_USERS = """SELECT m.subject, c.subject FROM artifact m
    JOIN bound e ON e.artifact = m.key AND e.side = 0 JOIN artifact c ON c.derivation = e.derivation
    JOIN subject cs ON cs.key = c.subject WHERE cs.head = c.key AND m.subject IN ({numbers})"""

_SUPERSEDED = """SELECT s.key FROM derivation n CROSS JOIN derivation o CROSS JOIN artifact a
    CROSS JOIN subject s WHERE n.sequence > 1 AND NOT EXISTS (SELECT 1 FROM derivation l
        WHERE l.stage = n.stage AND l.entity = n.entity AND l.sequence > n.sequence)
    AND o.stage = n.stage AND o.entity = n.entity AND o.sequence < n.sequence
    AND a.derivation = o.key AND s.key = a.subject AND s.head = a.key
    AND NOT EXISTS (SELECT 1 FROM bound k JOIN artifact ka ON ka.key = k.artifact
        WHERE k.derivation = n.key AND k.side = 1 AND ka.subject = s.key)"""
"""The subjects that the newest derivation of their unit no longer keeps, in any version."""

_NAMES = """SELECT s.type, s.entity, a.version, s.key FROM subject s JOIN artifact a ON a.key = s.head
    {where} ORDER BY s.type, s.entity"""

_VERSIONS = """SELECT m.key, s.type, s.entity, m.version, h.version FROM artifact m
    JOIN subject s ON s.key = m.subject LEFT JOIN artifact h ON h.key = s.head WHERE m.key IN ({numbers})"""

_JUDGED = """SELECT t.subject, t.body FROM statement t JOIN subject s ON s.key = t.subject
    JOIN artifact a ON a.key = s.head AND a.version = t.version
    WHERE t.kind IN ('confirm', 'revise') ORDER BY t.subject, t.number"""


class IndexGraph:
    """One reading of the graph. `ask` puts questions to the index, all answered as of one moment."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._superseded: frozenset[int] | None = None

    def moved(self) -> dict[int, int]:
        """Return each subject of which an input has other content now, with the version it was made from.

        The first such input counts. Subjects that their unit no longer keeps are left out, as everywhere.
        """
        found: dict[int, int] = {}
        rows = list(self._ask(_MOVED))
        for user, version, *_ in self._standing(rows, 0) if rows else ():
            found.setdefault(user, version)
        return found

    def users_of(self, subjects: Sequence[int]) -> dict[int, list[int]]:
        """Return what stands on some subjects, by subject."""
        users: dict[int, list[int]] = {}
        for query in (_USERS, f"{_BY_SUBJECT} AND m.subject IN ({{numbers}})"):
            rows = (row for part in _parts(subjects) for row in self._ask(query.format(numbers=part)))
            for used, user in self._standing(rows, 1):
                users.setdefault(used, []).append(user)
        return users

    def all_users(self) -> dict[int, list[int]]:
        """Return what stands on each subject, all at once."""
        users: dict[int, list[int]] = defaultdict(list)
        for query in (_BY_DERIVATION, _BY_SUBJECT):
            for used, user in self._standing(self._ask(query), 1):
                users[used].append(user)
        return dict(users)

    def order(self) -> list[int]:
        """Return every subject in the order of refs."""
        return [subject for (subject,) in self._ask("SELECT key FROM subject ORDER BY type, entity")]

    def names(self, subjects: Sequence[int] | None = None) -> dict[int, Name]:
        """Return the names of what is current, of some subjects or all, in ref order."""
        if subjects is None:
            rows = list(self._ask(_NAMES.format(where="")))
        else:
            parts = (f"WHERE s.key IN ({part})" for part in _parts(subjects))
            rows = [row for where in parts for row in self._ask(_NAMES.format(where=where))]
            rows.sort()
        return {row[3]: row for row in rows}

    def changes(self, versions: Iterable[int]) -> dict[int, tuple[str, ...]]:
        """Return of some versions the ref, and after it the ref of what is current instead, if anything."""
        rows = [row for part in _parts(sorted(versions)) for row in self._ask(_VERSIONS.format(numbers=part))]
        return {
            key: tuple(str(Ref(kind, entity, number)) for number in (then, now) if number is not None)
            for key, kind, entity, then, now in rows
        }

    def count(self) -> int:
        """Return how many artifacts have a current version; statements are not counted."""
        ((found,),) = self._ask("SELECT count(*) FROM subject WHERE head IS NOT NULL AND type <> 'statement'")
        return int(found)

    def judged(self) -> dict[int, list[str]]:
        """Return the bodies of the `confirm` and `revise` about current versions, by subject, newest last."""
        found: dict[int, list[str]] = {}
        for subject, body in self._ask(_JUDGED):
            found.setdefault(subject, []).append(body)
        return found

    def _standing(self, rows: Iterable[Any], user: int) -> Iterator[Any]:
        """Yield the rows in whose column `user` stands no subject that its unit no longer keeps."""
        old = self._old()
        return (row for row in rows if row[user] not in old) if old else iter(rows)

    def _old(self) -> frozenset[int]:
        if self._superseded is None:
            self._superseded = frozenset(key for (key,) in self._ask(_SUPERSEDED))
        return self._superseded


def _parts(numbers: Sequence[int]) -> Iterator[str]:
    for start in range(0, len(numbers), _AT_ONCE):
        yield ", ".join(map(str, numbers[start : start + _AT_ONCE]))

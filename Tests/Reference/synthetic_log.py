"""Audit logs that no server wrote: entries of the real form from a seed, in tiles, as docs/audit-log.md describes them.

`Activity` makes entries, `LogWriter` makes a log directory of any entries. The signature is by a key that nobody knows.
"""

from __future__ import annotations

import base64
import hashlib
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

BUNDLE = 256
START = datetime(2026, 1, 1, tzinfo=UTC)


def tile_path(index: int) -> str:
    parts = [f"{index % 1000:03}"]
    while index := index // 1000:
        parts.insert(0, f"x{index % 1000:03}")
    return "/".join(parts)


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def perfect_root(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = [node(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
    return hashes[0]


class LogWriter:
    """Writes a log directory in one go: all entries but the last `pending` are under the checkpoint."""

    def __init__(self, directory: Path, origin: str) -> None:
        self.directory, self.origin = directory, origin
        self.size = 0
        self.bundle: list[bytes] = []
        # The hashes of the partial tile of each level.
        self.edge: list[list[bytes]] = []
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "pending").mkdir(exist_ok=True)

    def write(self, entries: Iterable[bytes], pending: int = 0) -> None:
        held: list[bytes] = []
        for entry in entries:
            held.append(entry)
            if len(held) > pending:
                self._append(held.pop(0))
        self._finish(held)

    def _append(self, entry: bytes) -> None:
        self.size += 1
        self.bundle.append(entry)
        if len(self.bundle) == BUNDLE:
            leaves = [hashlib.sha256(b"\0" + one).digest() for one in self.bundle]
            self._put(f"tile/entries/{tile_path(self.size // BUNDLE - 1)}", self._bundle())
            self.bundle = []
            self._full(0, self.size // BUNDLE - 1, leaves)

    def _bundle(self) -> bytes:
        return b"".join(len(entry).to_bytes(2) + entry for entry in self.bundle)

    def _full(self, level: int, index: int, hashes: list[bytes]) -> None:
        self._put(f"tile/{level}/{tile_path(index)}", b"".join(hashes))
        while len(self.edge) <= level + 1:
            self.edge.append([])
        self.edge[level] = []
        above = self.edge[level + 1]
        above.append(perfect_root(hashes))
        if len(above) == BUNDLE:
            self._full(level + 1, index // BUNDLE, above)

    def _finish(self, pending: list[bytes]) -> None:
        while not self.edge:
            self.edge.append([])
        self.edge[0] = [hashlib.sha256(b"\0" + one).digest() for one in self.bundle]
        if self.bundle:
            self._put(f"tile/entries/{tile_path(self.size // BUNDLE)}.p/{len(self.bundle)}", self._bundle())
        root: bytes | None = None
        for level, hashes in enumerate(self.edge):
            if hashes:
                index = self.size // BUNDLE ** (level + 1)
                self._put(f"tile/{level}/{tile_path(index)}.p/{len(hashes)}", b"".join(hashes))
            root = self._joined(hashes, root)
        root = root or hashlib.sha256(b"").digest()
        text = f"{self.origin}\n{self.size}\n{base64.b64encode(root).decode()}\n"
        signature = base64.b64encode(b"none" + bytes(64)).decode()
        self._put("checkpoint", f"{text}\n— {self.origin} {signature}\n".encode())
        data = root + bytes(32)
        link = hashlib.sha256(data).digest()
        for entry in pending:
            lengths = len(entry).to_bytes(2) + bytes(4)
            record = lengths + hashlib.sha256(link + lengths).digest()[:4] + entry
            link = hashlib.sha256(link + record).digest()
            data += record + link
        self._put(f"pending/{self.size}", data)

    @staticmethod
    def _joined(hashes: list[bytes], root: bytes | None) -> bytes | None:
        """The tree over neighbouring subtrees, with a smaller tree at their right."""
        at, parts = 0, []
        for bit in range(8, -1, -1):
            if len(hashes) & 1 << bit:
                parts.append(perfect_root(hashes[at:at + (1 << bit)]))
                at += 1 << bit
        for part in reversed(parts):
            root = part if root is None else node(part, root)
        return root

    def _put(self, name: str, data: bytes) -> None:
        path = self.directory / name
        try:
            path.write_bytes(data)
        except FileNotFoundError:
            path.parent.mkdir(parents=True)
            path.write_bytes(data)


@dataclass
class Session:
    name: str
    head: dict[str, Any]
    jobs: list[dict[str, Any]] = field(default_factory=list)


class Activity:
    """What people do, from a seed: sessions with jobs, of which most end and deliver pages, and refusals."""

    def __init__(self, seed: int, people: int = 40, tables: int = 30, columns: int = 12, odd: bool = True) -> None:
        self.random = random.Random(seed)
        self.people, self.tables, self.columns, self.odd = people, tables, columns, odd
        self.statements = [self._statement() for _ in range(tables * 10)]
        self.mapping = f"{self.random.getrandbits(256):064x}"

    def table(self, number: int) -> str:
        return f"demo.{('bank', 'analytics')[number % 2]}.table_{number // 2}"

    def _statement(self) -> dict[str, Any]:
        chance = self.random
        # Some tables and columns are read far more often than others.
        tables = sorted({min(int(chance.expovariate(3 / self.tables)), self.tables - 1)
                         for _ in range(chance.choice([1, 1, 2, 3]))})
        masked = [(table, min(int(chance.expovariate(3 / self.columns)), self.columns - 1))
                  for table in tables for _ in range(chance.randrange(4))]
        names = sorted(set(masked))
        where = " AND ".join(f"c_{column} = ?" for _, column in names) or "TRUE"
        return {"sql": f"SELECT * FROM {', '.join(map(self.table, tables))} WHERE {where} LIMIT {chance.randrange(99)}",
                "tables": [self.table(table) for table in tables],
                "masked_columns": [
                    {"table": self.table(table), "column": f"c_{column}", "tag": f"pii.tag_{column % 5}",
                     "rule": ("SHA256", "KEYED_TOKEN", "ALWAYS_NULL")[column % 3]} for table, column in names]}

    def _session(self) -> Session:
        chance = self.random
        person = min(int(chance.expovariate(3 / self.people)), self.people - 1)
        roles = [("analyst", "clerk", "auditor")[person % 3]] + (["night"] if chance.random() < 0.2 else [])
        actor = {"issuer": f"https://issuer-{person % 2}.example", "subject": f"person_{person}@bank.example",
                 "client": f"client-{person % 4}", "roles": roles, "kind": "human"}
        name = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz234567", k=32))
        head: dict[str, Any] = {"actor": actor, "session": name}
        if chance.random() < 0.7:
            head["software"] = f"agent-{chance.randrange(6)} 1.{chance.randrange(4)}"
        if self.odd and chance.random() < 0.5:
            head["software"] = chance.choice(["agent\0hidden", "agent\u202etxt", "agént", "age\u0301nt", "100%_sure'"])
        return Session(name, head)

    def entries(self, count: int) -> Iterator[bytes]:
        """So many entries, numbered from 0."""
        return (encode(number, event) for number, event in enumerate(self.events(count)))

    def events(self, count: int) -> Iterator[dict[str, Any]]:
        """So many events with their times."""
        chance = self.random
        sessions = [self._session() for _ in range(min(20, max(2, count // 50)))]
        time = START
        step = timedelta(days=90) / count
        for _ in range(count):
            time += step * chance.expovariate(1)
            place = chance.randrange(len(sessions))
            if chance.random() < 0.005:
                sessions[place] = self._session()
            yield {"time": f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond:06}Z"} | self._event(sessions[place])

    def _event(self, session: Session) -> dict[str, Any]:
        chance = self.random
        who = session.head | {"request": f"{chance.getrandbits(64):016x}", "mapping": self.mapping}
        draw = chance.random()
        if session.jobs and draw < 0.66:
            job = chance.choice(session.jobs)
            place = {"project": "demo", "location": "US", "job_id": job["job_id"]}
            if not job["ended"] and draw < 0.5:
                job["ended"] = True
                outcome = chance.choices(["done", "failed", "cancelled", "withheld"], [90, 6, 3, 1])[0]
                size = int(chance.lognormvariate(18, 3))
                ended = {"type": "job_ended", **who, "job": place, "outcome": outcome}
                if outcome == "failed":
                    return ended | {"reason": "upstream.invalidQuery", "tables": []}
                return ended | {"bytes_processed": size, "bytes_billed": -(-size // 2**20) * 2**20,
                                "slot_ms": size % 9999, "cache_hit": False, "rows": size % 1000, "tables": job["tables"]}
            job["pages"] += 1
            if chance.random() < 0.5 or len(session.jobs) > 8:
                session.jobs.remove(job)
            return {"type": "page_delivered", **who, "job": place, "page": job["pages"], "rows": chance.randrange(500),
                    "bytes": chance.randrange(99999), "sha256": f"{chance.getrandbits(256):064x}"}
        if draw < 0.7:
            return {"type": "request_refused", **who, "tool": "query", "refused": [{"code": "statement.not_select"}],
                    "sql": "DROP TABLE t"}
        if draw < 0.74:
            return {"type": "metadata_read", **who, "tool": "list_tables", "resources": ["demo.bank"], "items": 6}
        statement = chance.choice(self.statements)
        job_id = f"scrim_{session.name}_{chance.getrandbits(60):012x}"
        session.jobs.append({"job_id": job_id, "ended": False, "pages": 0, "tables": statement["tables"]})
        return {"type": "job_submitted", **who, "job": {"project": "demo", "location": "US", "job_id": job_id},
                "tool": "query", "bytes_billed_max": 10**11, "sql": statement["sql"],
                "commitments": {"sql": f"{chance.getrandbits(256):064x}"},
                "tables": statement["tables"], "masked_columns": statement["masked_columns"]}


def encode(number: int, event: dict[str, Any]) -> bytes:
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return f'{{"seq":{number},{text[1:]}'.encode()

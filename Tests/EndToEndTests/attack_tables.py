"""The tables of the attack shapes: `users` of `bigquery.md` section 7 and its neighbours, raw, and masked in Python.

Both warehouses have the same names, so that a query's text is the same on both. Tagged cells hold what `canary.py`
looks for.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.auth.transport.requests import AuthorizedSession
from google.cloud import bigquery
from policy import ANALYST, rules_of
from real_client import bigquery_client, credentials
from sandbox import bank, bank_rows
from sandbox.bank import field
from zetasql_rows import mask_row

PROJECT, DATASET = "p", "d"
RUN = Path(__file__).resolve().parent.parent / "Sandbox" / "run"

USERS = [
    field("id", "INTEGER"), field("name", "STRING"), field("email", "STRING", "pii.email"),
    field("ssn", "STRING", "pii.ssn"), field("salary", "NUMERIC", "financial.amount"),
    field("addr", "RECORD", fields=[field("street", "STRING", "pii"), field("city", "STRING")]),
    field("items", "RECORD", mode="REPEATED", fields=[field("sku", "STRING"), field("note", "STRING", "pii")]),
    field("created", "DATE"), field("born", "DATE", "pii.birth_date"), field("badge", "STRING", "account.number"),
    field("doc", "JSON", "types.json")]
SAFE = [field("id", "INTEGER"), field("email", "STRING"), field("note", "STRING")]
# Names that a lexer must not take for comments, strings or operators.
ODD = [field("id", "INTEGER"), field("a--b", "STRING", "pii"), field("a#b", "STRING", "pii.ssn"),
       field("it's", "STRING", "pii"), field("x|y", "STRING", "pii.ssn"), field("with space", "STRING", "pii"),
       field("R&D", "STRING", "pii.ssn"), field("MixedCase", "STRING", "pii"), field("select", "STRING", "pii")]
SELFIE = [field("id", "INTEGER"), field("selfie", "STRING", "pii.ssn"), field("d", "STRING", "pii")]
EXTREMES = [field("id", "INTEGER"), field("big", "INTEGER"), field("money", "NUMERIC"), field("ratio", "FLOAT"),
            field("at", "TIMESTAMP"), field("day", "DATE"),
            field("maybe", "RECORD", fields=[field("a", "STRING"), field("b", "STRING", "pii")]),
            field("words", "STRING", mode="REPEATED")]
DATED = [field("id", "INTEGER"), field("word", "STRING", "pii"), field("day", "DATE"),
         field("born", "DATE", "pii.birth_date")]


def _user(number: int, **changes: Any) -> dict[str, Any]:
    names = ("Ada", "Bea", "Cy", "Dan")
    return {
        "id": number, "name": names[number % 4],
        "email": f"u{number}.canary@{'mail' if number % 2 else 'corp'}.example",
        "ssn": f"CANARY-{number:03d}-{1000 + number}", "salary": f"8675309.{number:02d}",
        "addr": {"street": f"{number} Canary Row", "city": "Bern" if number % 3 else "Rome"},
        "items": [{"sku": f"s{number}", "note": f"canary note {number}"}, {"sku": "s0", "note": None}][:number % 3],
        "created": f"2025-03-{number:02d}", "born": f"19{70 + number}-09-17", "badge": f"CANARY/{number % 5}",
        "doc": json.dumps({"ssn": f"CANARY-{number}", "list": [1, 8675309]})} | changes


USERS_ROWS = [
    *(_user(number) for number in range(1, 9)), _user(9, email="u3.canary@mail.example", ssn="CANARY-003-1003"),
    _user(10, email="not an address canary", ssn="1", addr=None, items=[]),
    _user(11, email="", ssn="", addr={"street": None, "city": None}, badge=""),
    {"id": 12, "items": []}]
OLDER_ROWS = [_user(number, created="2024-01-01") for number in (21, 22)]
SAFE_ROWS = [{"id": 1, "email": "XXXXX@mail.example", "note": "n1"},
             {"id": 2, "email": "safe@corp.example", "note": None},
             {"id": 3, "email": "XXXXX@corp.example", "note": "n3"}, {"id": 4, "email": None, "note": "n4"}]
ODD_ROWS = [{"id": n} | {f["name"]: f"CANARY {f['name']} {n}00" for f in ODD[1:]} for n in (1, 2)] + [{"id": 3}]
SELFIE_ROWS = [{"id": n, "selfie": f"CANARY-{n}-77{n}", "d": f"canary d {n}"} for n in (1, 2, 3)]
EXTREMES_ROWS = [
    {"id": 1, "big": "9007199254740993", "money": "99999999999999999999999999999.999999999", "ratio": "NaN",
     "at": "0001-01-01 00:00:00 UTC", "day": "0001-01-01", "maybe": {"a": None, "b": None}, "words": []},
    {"id": 2, "big": "-9223372036854775808", "money": "-0.000000001", "ratio": "Infinity",
     "at": "9999-12-31 23:59:59.999999 UTC", "day": "9999-12-31", "maybe": None, "words": ["", "x"]},
    {"id": 3, "big": "9223372036854775807", "money": "0", "ratio": "-Infinity", "at": "1970-01-01 00:00:00 UTC",
     "day": "1970-01-01", "maybe": {"a": "a", "b": "CANARY b"}, "words": ["ü", "😀"]},
    {"id": 4, "words": []}]
DATED_ROWS = [{"id": n, "word": f"CANARY {n}", "day": f"2025-03-0{n}", "born": "1984-09-17"} for n in (1, 2, 3)]


@dataclass(frozen=True)
class Made:
    name: str
    fields: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    project: str = PROJECT
    extra: dict[str, Any] | None = None


TABLES = [
    Made("users", USERS, USERS_ROWS, extra={"timePartitioning": {"type": "DAY", "field": "created"}}),
    Made("users_2024", USERS, OLDER_ROWS), Made("safe", SAFE, SAFE_ROWS), Made("odd", ODD, ODD_ROWS),
    Made("selfie", SELFIE, SELFIE_ROWS), Made("extremes", EXTREMES, EXTREMES_ROWS),
    Made("types", bank.ALL_TYPES, bank_rows.of("all_types")), Made("users", USERS, USERS_ROWS, project="my-proj"),
    Made("loaded", DATED, DATED_ROWS, extra={"timePartitioning": {"type": "DAY"}, "requirePartitionFilter": True}),
    Made("by_day", DATED, DATED_ROWS, extra={"timePartitioning": {"type": "DAY", "field": "day"},
                                             "requirePartitionFilter": True}),
    Made("by_born", DATED, DATED_ROWS, extra={"timePartitioning": {"type": "DAY", "field": "born"}}),
    Made("by_word", DATED, DATED_ROWS, extra={"clustering": {"fields": ["id", "word"]}})]
# Those that read other views come after them.
VIEWS = {
    "view_over_users": {"view": {"query": "SELECT id, email, ssn AS number, addr FROM `p.d.users`"}},
    "view_over_view": {"view": {"query": "SELECT v.email AS mail, v.number FROM `p.d.view_over_users` AS v"}},
    "view_star": {"view": {"query": "SELECT * FROM p.d.users"}},
    "view_union": {"view": {"query": "SELECT email AS e FROM p.d.view_over_users UNION ALL SELECT ssn FROM p.d.users"}},
    "mv": {"materializedView": {"query": "SELECT email, COUNT(*) AS n FROM `p.d.users` GROUP BY email"}},
    "shadow_view": {"view": {"query": "WITH users AS (SELECT email, id FROM `p.d.users`) SELECT * FROM users"}}}


@dataclass(frozen=True)
class Engine:
    """A sandbox with the tables."""

    url: str
    key_file: str
    client: bigquery.Client


@contextmanager
def engine(*, masked: bool) -> Iterator[Engine]:
    """A sandbox of its own: with raw rows and tags, or with masked rows and none."""
    child = subprocess.Popen([str(RUN), "--empty"], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        words = child.stdout.readline().split()
        assert words and words[0] == "ready", "the sandbox did not start"
        url, key_file = words[1], words[2].removeprefix("key=")
        with bigquery_client(url, key_file, PROJECT) as client:
            client.default_query_job_config = bigquery.QueryJobConfig(default_dataset=f"{PROJECT}.{DATASET}",
                                                                      use_query_cache=False)
            _fill(url, key_file, masked=masked)
            yield Engine(url, key_file, client)
    finally:
        child.terminate()
        child.wait(timeout=20)


def _fill(url: str, key_file: str, *, masked: bool) -> None:
    session = AuthorizedSession(credentials(key_file))

    def post(address: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = session.post(f"{url}/bigquery/v2/projects/{address}", json=body)
        assert answer.ok, (address, answer.text)
        return answer.json()
    for project, dataset in ((PROJECT, DATASET), ("my-proj", DATASET), (PROJECT, "vault")):
        post(f"{project}/datasets", {"datasetReference": {"projectId": project, "datasetId": dataset}})
    for made in TABLES:
        fields = plain(made.fields) if masked else made.fields
        post(f"{made.project}/datasets/{DATASET}/tables", {
            "tableReference": {"projectId": made.project, "datasetId": DATASET, "tableId": made.name},
            "schema": {"fields": fields}, **(made.extra or {})})
        for row in masked_rows(made) if masked else made.rows:
            by_ingestion = made.name == "loaded"
            partition = "$" + row["day"].replace("-", "") if by_ingestion else ""
            answer = post(f"{made.project}/datasets/{DATASET}/tables/{made.name}{partition}/insertAll",
                          {"rows": [{"json": row}]})
            assert "insertErrors" not in answer, (made.name, answer)
    for name, definition in VIEWS.items():
        kind, body = next(iter(definition.items()))
        post(f"{PROJECT}/datasets/{DATASET}/tables", {
            "tableReference": {"projectId": PROJECT, "datasetId": DATASET, "tableId": name},
            kind: body | ({"useLegacySql": False} if kind == "view" else {})})


def masked_rows(made: Made) -> list[dict[str, Any]]:
    rules = rules_of(made.fields, ANALYST)
    return [mask_row(made.fields, row, rules.get) for row in made.rows]


def plain(fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A schema without tags."""
    kept = [{name: one[name] for name in ("name", "type", "mode", "rangeElementType") if name in one} for one in fields]
    return [one | ({"fields": plain(raw["fields"])} if "fields" in raw else {})
            for one, raw in zip(kept, fields, strict=True)]

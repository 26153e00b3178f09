"""The tables of the proof: small, with every kind of nesting, NULLs, duplicates, empty arrays and edge strings.

Tagged cells hold a canary as the bank's do: texts CANARY, numbers 8675309, dates 17 September. Keys carry a tag as well
(`account`), which every role may see, so that a role to whom untagged columns are denied has something to join by.
"""

from __future__ import annotations

import base64
from typing import Any

from sandbox.bank import field

DATASET = "proof"
Row = dict[str, Any]

PEOPLE = [
    field("id", "INTEGER", "account"), field("name", "STRING", "pii.name"), field("email", "STRING", "pii.email"),
    field("ssn", "STRING", "pii.ssn"), field("phone", "STRING", "pii.phone"), field("birth", "DATE", "pii.birth_date"),
    field("grp", "STRING"), field("credit", "NUMERIC", "financial.amount"), field("score", "FLOAT"),
    field("home", "STRING", "pii.address"), field("note", "STRING", "pii.note"), field("pin", "BYTES", "secret"),
    field("blob", "BYTES"), field("joined", "TIMESTAMP"), field("active", "BOOLEAN"), field("doc", "JSON"),
    field("labels", "STRING", mode="REPEATED"), field("aliases", "STRING", "pii", mode="REPEATED"),
    field("address", "RECORD", fields=[
        field("street", "STRING", "pii"), field("city", "STRING"), field("zip", "STRING", "pii")]),
    field("contacts", "RECORD", mode="REPEATED", fields=[
        field("kind", "STRING"), field("value", "STRING", "pii"), field("n", "INTEGER")]),
]
ORDERS = [
    field("order_id", "INTEGER", "account"), field("person_id", "INTEGER", "account"),
    field("iban", "STRING", "account.number"), field("amount", "NUMERIC", "financial.amount"),
    field("qty", "INTEGER"), field("price", "FLOAT"), field("day", "DATE"), field("made", "TIMESTAMP"),
    field("due", "DATETIME", "types.datetime"), field("tod", "TIME"), field("kind", "STRING"), field("gift", "BOOLEAN"),
    field("points", "INTEGER", "types.int64"), field("seen", "TIMESTAMP", "types.timestamp"),
    field("marks", "INTEGER", mode="REPEATED"),
    field("lines", "RECORD", mode="REPEATED", fields=[
        field("sku", "STRING"), field("n", "INTEGER"), field("secret", "STRING", "pii")]),
]
VISITS = [
    field("visit_id", "INTEGER", "account"), field("who", "STRING", "pii"), field("page", "STRING"),
    field("hits", "INTEGER"), field("seen_at", "TIMESTAMP"),
    field("geo", "RECORD", fields=[field("country", "STRING"), field("city", "STRING", "pii")]),
    field("params", "RECORD", mode="REPEATED", fields=[
        field("key", "STRING"), field("value", "RECORD", fields=[
            field("s", "STRING", "pii"), field("i", "INTEGER")])]),
]
DAYS = ("20250301", "20250302", "20250303")

_GROUPS = ["red", "blue", "red", None, "green", "blue", "red", "", "green", "blue", "Ünï", "red"]
_EDGES = ["CANARY Ada", "canary 'Bob'", None, "", "CANARY \\ \"Cy\"", "CANARY ünï", "abc", "CANARY\nDi", "CANARY Ada",
          "CANARY 😀", "abcd", "CANARY %_"]


def _blob(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def people() -> list[Row]:
    made = []
    for at, group in enumerate(_GROUPS):
        name = _EDGES[at]
        made.append({
            "id": at + 1, "name": name, "grp": group,
            "email": [f"CANARY{at}@example.com", f"canary.{at}@mail.example", None, "CANARY at nothing"][at % 4],
            "ssn": None if at == 5 else f"CANARY-00-{1000 + at % 5}", "phone": [f"+1 CANARY {at}", "123", None][at % 3],
            "birth": None if at == 4 else f"{1950 + at * 5}-09-17", "credit": [None, "8675309.5", "0"][at % 3],
            "score": None if at == 7 else at * 1.25 - 4, "home": f"{at} CANARY Road" if at % 5 else None,
            "note": "CANARY note" if at % 2 else None, "pin": _blob(f"CANARY{at % 4}") if at % 6 else None,
            "blob": _blob(f"h{at % 4}") if at != 8 else None,
            "joined": f"2024-0{1 + at % 9}-1{at % 5} 0{at % 9}:30:15.25+00",
            "active": [True, False, None][at % 3], "doc": [
                f'{{"a": {at}, "b": ["x", {at}], "c": {{"d": "t{at % 3}"}}}}', "[1, 2.5, null]", None,
                '"text"'][at % 4],
            "labels": ["new", "vip", "old"][:at % 4], "aliases": [f"CANARY {at}", "x"][:at % 3],
            "address": None if at == 3 else {"street": f"CANARY {at} St", "city": ["Rome", "Oslo", None][at % 3],
                                             "zip": f"CANARY{at}"},
            "contacts": [{"kind": ["mail", "fax", None][n % 3], "value": f"CANARY {at}.{n}" if n != 1 else None, "n": n}
                         for n in range(at % 4)]})
    return made


def orders() -> list[Row]:
    made = []
    for at in range(16):
        made.append({
            "order_id": 100 + at, "person_id": [1, 2, 2, 5, 7, 9, 40, None][at % 8], "iban": f"CANARYIBAN{at % 6}",
            "amount": f"8675309.{at}" if at % 4 else None, "qty": [3, 1, None, 7, 3][at % 5],
            "price": [2.5, 0.75, 10.0, None][at % 4], "day": f"2025-03-{1 + at % 6:02}" if at != 6 else None,
            "made": f"2025-03-0{1 + at % 6} 1{at % 10}:15:30+00",
            "due": f"{2000 + at % 5}-09-17T10:20:30" if at % 7 else None,
            "tod": f"{8 + at % 5:02}:45:10" if at != 2 else None, "kind": ["buy", "sell", "swap", "buy", None][at % 5],
            "gift": [True, False, False, None][at % 4], "points": 8675309 if at % 3 else None,
            "seen": f"{1990 + at % 4}-09-17 11:12:13+00" if at % 5 else None, "marks": list(range(at % 4)),
            "lines": [{"sku": f"sku{(at + n) % 3}", "n": n + at % 2, "secret": f"CANARY {at}/{n}"}
                      for n in range(at % 3)]})
    return made


def visits(day: str) -> list[Row]:
    last = int(day[-1])
    return [{
        "visit_id": last * 100 + at, "who": f"CANARY user {at % 4}" if at else None,
        "page": ["/", "/a", "/b", None][at % 4],
        "hits": at * last, "seen_at": f"2025-03-0{last} 0{at}:00:00+00",
        "geo": {"country": ["IT", "NO"][at % 2], "city": f"CANARY town {at % 2}"} if at != 4 else None,
        "params": [{"key": f"k{n}", "value": {"s": f"CANARY {n}", "i": n} if n else None} for n in range(at % 3)]}
        for at in range(6)]


# In the order in which they are made: the last visits are the newest.
TABLES: dict[str, tuple[list[dict[str, Any]], list[Row]]] = {
    "people": (PEOPLE, people()), "orders": (ORDERS, orders()),
    **{f"visits_{day}": (VISITS, visits(day)) for day in DAYS}}
# `{D}` is the dataset of the tables, or of their copies.
VIEWS = {
    "v_people": "SELECT p.id, p.email, p.grp, UPPER(p.name) AS uname, p.address.city AS city, p.credit, "
                "p.birth AS born FROM `demo.{D}.people` AS p WHERE p.id IS NOT NULL",
    "v_orders": "SELECT person_id, COUNT(*) AS n, MIN(iban) AS iban, SUM(qty) AS qty FROM `demo.{D}.orders` "
                "WHERE person_id IS NOT NULL GROUP BY person_id",
    "v_both": "SELECT p.id, p.email AS mail, p.city, o.n, o.iban FROM `demo.{D}.v_people` AS p LEFT JOIN "
              "`demo.{D}.v_orders` AS o ON o.person_id = p.id"}

"""The small bank: its tables, columns and tags. The rows are in `bank_rows.py`.

A tagged column carries one of the three carriers: a policy tag, a data policy, or a governance tag. Tagged strings
contain CANARY (e-mails in the local part), tagged dates are 17 September, tagged numbers contain 8675309; no other
cell does. Exceptions are the edge values that a mask must survive: NULL, empty and short strings, zeros, extremes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .engine import Engine
    from .tables import Tables

PROJECT = "demo"
TAXONOMY = "projects/demo/locations/us/taxonomies/100/policyTags/"
POLICY_TAGS = {
    "pii": "1", "pii.ssn": "11", "pii.email": "12", "pii.phone": "13", "pii.name": "14", "pii.birth_date": "15",
    "account": "2", "account.number": "21", "financial": "3", "financial.amount": "31", "secret": "4",
    "types": "50", "types.string": "51", "types.bytes": "52", "types.int64": "53", "types.float64": "54",
    "types.numeric": "55", "types.bignumeric": "56", "types.bool": "57", "types.date": "58", "types.datetime": "59",
    "types.time": "60", "types.timestamp": "61", "types.geography": "62", "types.json": "63", "types.interval": "64",
    "types.range_date": "65",
}
OTHER_CARRIERS: dict[str, dict[str, Any]] = {
    "pii.address": {"dataPolicies": [{"name": "projects/demo/locations/us/dataPolicies/address"}]},
    "pii.note": {"dataGovernanceTagsInfo": {"dataGovernanceTags": {"demo/sensitivity": "note"}}},
}

Field = dict[str, Any]


def field(name: str, kind: str, tag: str | None = None, *, mode: str = "NULLABLE", description: str | None = None,
          fields: list[Field] | None = None) -> Field:
    """A schema field as REST writes it; `tag` is one of the names above."""
    made: Field = {"name": name, "type": kind, "mode": mode}
    if description is not None:
        made["description"] = description
    if fields is not None:
        made["fields"] = fields
    if kind == "RANGE":
        made["rangeElementType"] = {"type": "DATE"}
    if tag in OTHER_CARRIERS:
        made |= OTHER_CARRIERS[tag]
    elif tag is not None:
        made["policyTags"] = {"names": [TAXONOMY + POLICY_TAGS[tag]]}
    return made


CUSTOMERS = [
    field("customer_id", "INTEGER", description="Key of a customer"),
    field("full_name", "STRING", "pii.name"),
    field("email", "STRING", "pii.email", description="Where statements are sent"),
    field("ssn", "STRING", "pii.ssn"),
    field("phone", "STRING", "pii.phone"),
    field("birth_date", "DATE", "pii.birth_date"),
    field("segment", "STRING", description="retail, private or business"),
    field("credit_limit", "NUMERIC", "financial.amount"),
    field("home_address", "STRING", "pii.address"),
    field("service_note", "STRING", "pii.note"),
    field("pin_hash", "BYTES", "secret"),
    field("created_at", "TIMESTAMP"),
    field("address", "RECORD", fields=[
        field("street", "STRING", "pii"), field("city", "STRING"), field("zip", "STRING", "pii")]),
    field("contacts", "RECORD", mode="REPEATED", fields=[
        field("kind", "STRING"), field("value", "STRING", "pii")]),
]
ACCOUNTS = [
    field("account_id", "INTEGER"), field("customer_id", "INTEGER"), field("iban", "STRING", "account.number"),
    field("kind", "STRING"), field("balance", "NUMERIC", "financial.amount"), field("opened_on", "DATE"),
    field("flags", "STRING", mode="REPEATED"),
]
TRANSACTIONS = [
    field("transaction_id", "INTEGER"), field("account_id", "INTEGER"), field("booked_at", "TIMESTAMP"),
    field("amount", "NUMERIC", "financial.amount"), field("currency", "STRING"), field("merchant", "STRING"),
    field("counterparty_iban", "STRING", "account.number"), field("memo", "STRING", "pii"),
]
BRANCHES = [
    field("branch_id", "INTEGER"), field("name", "STRING"), field("city", "STRING"), field("opened_on", "DATE"),
    field("location", "GEOGRAPHY"), field("opening_hours", "RECORD", mode="REPEATED", fields=[
        field("day", "STRING"), field("opens", "TIME"), field("closes", "TIME")]),
]
ALL_TYPES = [field("id", "INTEGER")] + [
    field(f"c_{name}", kind, f"types.{name}") for name, kind in (
        ("string", "STRING"), ("bytes", "BYTES"), ("int64", "INTEGER"), ("float64", "FLOAT"), ("numeric", "NUMERIC"),
        ("bignumeric", "BIGNUMERIC"), ("bool", "BOOLEAN"), ("date", "DATE"), ("datetime", "DATETIME"),
        ("time", "TIME"), ("timestamp", "TIMESTAMP"), ("geography", "GEOGRAPHY"), ("json", "JSON"),
        ("interval", "INTERVAL"), ("range_date", "RANGE"))]
EVENTS = [
    field("event_date", "STRING"), field("event_timestamp", "INTEGER"), field("event_name", "STRING"),
    field("event_params", "RECORD", mode="REPEATED", fields=[
        field("key", "STRING"),
        field("value", "RECORD", fields=[
            field("string_value", "STRING", "pii"), field("int_value", "INTEGER"), field("double_value", "FLOAT")])]),
    field("user_id", "STRING", "pii"), field("user_pseudo_id", "STRING"),
    field("device", "RECORD", fields=[field("category", "STRING"), field("language", "STRING")]),
    field("geo", "RECORD", fields=[field("country", "STRING"), field("city", "STRING", "pii")]),
    field("items", "RECORD", mode="REPEATED", fields=[
        field("item_id", "STRING"), field("item_name", "STRING"), field("price", "FLOAT", "financial.amount")]),
]
EVENT_DAYS = ("20250301", "20250302", "20250303")
DIRECTORY_QUERY = ("SELECT customer_id, full_name, email, segment, address.city AS city "
                   "FROM `demo.bank.customers` WHERE segment IS NOT NULL")

TABLES: list[dict[str, Any]] = [
    {"dataset": "bank", "table": "customers", "schema": CUSTOMERS, "description": "One row per customer"},
    {"dataset": "bank", "table": "accounts", "schema": ACCOUNTS, "clustering": {"fields": ["customer_id"]}},
    {"dataset": "bank", "table": "transactions", "schema": TRANSACTIONS,
     "timePartitioning": {"type": "DAY", "field": "booked_at"}, "clustering": {"fields": ["account_id"]}},
    {"dataset": "bank", "table": "branches", "schema": BRANCHES},
    {"dataset": "bank", "table": "all_types", "schema": ALL_TYPES},
    *({"dataset": "analytics", "table": f"events_{day}", "schema": EVENTS} for day in EVENT_DAYS),
]
DATASETS = {"bank": "Customers, accounts and what moves between them", "analytics": "Web events, one table a day"}


async def load(engine: Engine, tables: Tables) -> None:
    """Makes all tables and fills them."""
    from . import bank_rows  # only needed here, and --empty starts faster without it
    for dataset, description in DATASETS.items():
        engine.add_dataset(PROJECT, dataset, description)
    for made in TABLES:
        extra = {name: made[name] for name in ("description", "clustering", "timePartitioning") if name in made}
        key = await tables.insert(PROJECT, made["dataset"], {
            "tableReference": {"tableId": made["table"]}, "schema": {"fields": made["schema"]}, **extra})
        if made["table"] == "transactions":
            tables.fill(key, bank_rows.TRANSACTIONS_QUERY)
        else:
            tables.append(key, bank_rows.of(made["table"]))
    await tables.insert(PROJECT, "bank", {
        "tableReference": {"tableId": "customer_directory"},
        "view": {"query": DIRECTORY_QUERY, "useLegacySql": False}})

"""What a role can read: the tables, views and wildcards as items of FROM, with what is denied to the role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kinds import Column, Rows, column_of, is_whole
from policy import rules_of, tag_of
from roles import ROLES
from tables import TABLES, VISITS

KEYS = {"people": "id", "orders": "order_id", "visits": "visit_id"}
VIEW_COLUMNS = {
    "v_people": (("id",), "id:I email:S grp:S uname:S city:S credit:N born:D"),
    "v_orders": (("person_id",), "person_id:I n:I iban:S qty:I"),
    # People have at most one row of v_orders each.
    "v_both": (("id",), "id:I mail:S city:S n:I iban:S")}


@dataclass(frozen=True)
class World:
    role: str
    tables: dict[str, Rows]
    views: dict[str, Rows]
    wildcards: dict[str, Rows]
    denied: tuple[tuple[str, str], ...]

    @staticmethod
    def of(role: str) -> World:
        settings = ROLES[role]
        denies_untagged = settings.get("untagged") == "DENY"

        def is_denied(field: dict[str, Any]) -> bool:
            if tag_of(field) is None:
                return denies_untagged
            return next(iter(rules_of([field | {"mode": "NULLABLE"}], settings["masks"]).values())).name == "DENY"

        def rows(name: str, fields: list[dict[str, Any]], *, is_wildcard: bool = False) -> Rows:
            columns = tuple(column_of(field, is_denied) for field in fields)
            return Rows(None, columns, (KEYS[name.partition("_")[0]],), is_whole(columns), is_wildcard)
        tables = {name: rows(name, fields) for name, (fields, _) in TABLES.items()}
        views = {} if denies_untagged else {
            name: Rows(None, tuple(Column(*part.split(":")) for part in listed.split()), key)
            for name, (key, listed) in VIEW_COLUMNS.items()}
        wildcards = {"visits_*": rows("visits", VISITS, is_wildcard=True)}
        denied = tuple((name, column.name) for name, made in tables.items() for column in made.columns
                       if column.is_denied)
        return World(role, tables, views, wildcards, denied)

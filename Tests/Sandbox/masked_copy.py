"""Physically masked copies of tables: what a caller may see, computed in Python from the raw rows.

The oracle of the end-to-end tests. It shares nothing with Scrim: values are read over REST as the service account sees
them, masked here with hashlib and hmac by the rules of BigQuery's documentation (and, for KEYED_TOKEN, design 5.3),
and inserted into a table without tags. A query on the copy must give what Scrim gives for it on the original.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from google.auth.transport.requests import AuthorizedSession

from real_client import credentials

PAGE_ROWS = 25_000
TOKEN_BYTES = 20
DEFAULTS = {"STRING": "", "BYTES": "", "INTEGER": "0", "FLOAT": "0.0", "NUMERIC": "0", "BIGNUMERIC": "0",
            "BOOLEAN": "false", "DATE": "1970-01-01", "DATETIME": "1970-01-01T00:00:00", "TIME": "00:00:00",
            "TIMESTAMP": "1970-01-01T00:00:00+00:00", "GEOGRAPHY": "POINT(0 0)", "JSON": "null"}


@dataclass(frozen=True)
class Rule:
    """A mask; `master`, `tag` and `version` only for KEYED_TOKEN, `meaning` only for an operator's own expression."""

    name: str
    master: bytes = b""
    tag: str = ""
    version: str = ""
    meaning: Callable[[str], str | None] | None = None


class Copier:
    """Makes masked copies on a sandbox, through its REST methods and with the service account's credentials."""

    def __init__(self, endpoint: str, key_file: str) -> None:
        self._session = AuthorizedSession(credentials(key_file))
        self._root = f"{endpoint}/bigquery/v2/projects"

    def copy(self, source: str, target: str, rules: Mapping[str, Rule]) -> None:
        """`source` and `target` as project.dataset.table; `rules` by the path of a column, `a` or `a.b`."""
        project, dataset, table = target.split(".")
        fields = self._get(f"{self._path(source)}")["schema"]["fields"]
        unknown = set(rules) - set(_paths(fields))
        if unknown:
            raise ValueError(f"no such columns in {source}: {sorted(unknown)}")
        datasets = f"{self._root}/{project}/datasets"
        made = self._session.post(datasets, json={"datasetReference": {"projectId": project, "datasetId": dataset}})
        if made.status_code not in (200, 409):
            made.raise_for_status()
        self._post(f"{datasets}/{dataset}/tables", {"tableReference": {"tableId": table},
                                                    "schema": {"fields": [_plain(field) for field in fields]}})
        maskers = [(field["name"], _masker(field, field["name"], rules)) for field in fields]
        for page in self._pages(source):
            rows = [{name: mask(cell["v"]) for (name, mask), cell in zip(maskers, row["f"], strict=True)}
                    for row in page]
            answer = self._post(f"{self._path(target)}/insertAll", {"rows": [{"json": row} for row in rows]})
            if "insertErrors" in answer:
                raise ValueError(f"copy of {source}: {answer['insertErrors'][0]}")

    def _pages(self, table: str):
        token = None
        while True:
            asked = {"maxResults": PAGE_ROWS, "useInt64Timestamp": "true"} | ({"pageToken": token} if token else {})
            page = self._get(f"{self._path(table)}/data", asked)
            yield page["rows"]
            token = page.get("pageToken")
            if not token:
                return

    def _path(self, table: str) -> str:
        project, dataset, name = table.split(".")
        return f"{self._root}/{project}/datasets/{dataset}/tables/{name}"

    def _get(self, url: str, asked: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = self._session.get(url, params=asked)
        answer.raise_for_status()
        return answer.json()

    def _post(self, url: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._session.post(url, json=body)
        answer.raise_for_status()
        return answer.json()


def tagged_paths(fields: list[dict[str, Any]], prefix: str = "") -> list[str]:
    """The paths of all columns that carry a tag of any kind."""
    carriers = ("policyTags", "dataPolicies", "dataPolicyList", "dataGovernanceTagsInfo")
    found = []
    for field in fields:
        path = f"{prefix}{field['name']}"
        if any(field.get(carrier) for carrier in carriers):
            found.append(path)
        found += tagged_paths(field.get("fields", []), f"{path}.")
    return found


def masked(value: str, kind: str, rule: Rule) -> str | None:
    """One value that is not NULL, in its wire form, under a rule."""
    if rule.name == "RAW":
        return value
    if rule.name == "ALWAYS_NULL":
        return None
    if rule.meaning is not None:
        return rule.meaning(value)
    if rule.name == "DEFAULT_MASKING_VALUE":
        return DEFAULTS[kind]
    if rule.name == "DATE_YEAR_MASK":
        return _year(value, kind)
    if kind == "BYTES":
        raw = base64.b64decode(value)
        digest = hashlib.sha256(raw).digest() if rule.name == "SHA256" else _token(raw, rule)
        return base64.b64encode(digest).decode()
    if kind != "STRING":
        raise ValueError(f"{rule.name} does not fit {kind}")
    return _TEXT_RULES[rule.name](value, rule)


def _sha256(value: str, _: Rule | None = None) -> str:
    return base64.b64encode(hashlib.sha256(value.encode()).digest()).decode()


def _email(value: str, _: Rule) -> str:
    local, at, domain = value.partition("@")
    return f"XXXXX@{domain}" if local and at and domain and "@" not in domain else _sha256(value)


def _first_four(value: str, _: Rule) -> str:
    return value[:4] + "XXXXX" if len(value) > 4 else _sha256(value)


def _last_four(value: str, _: Rule) -> str:
    return "XXXXX" + value[-4:] if len(value) > 4 else _sha256(value)


def _token(value: bytes, rule: Rule) -> bytes:
    key = hmac.digest(rule.master, f"{rule.tag}|{rule.version}".encode(), "sha256")
    return hmac.digest(key, value, "sha256")[:TOKEN_BYTES]


_TEXT_RULES: dict[str, Callable[[str, Rule], str]] = {
    "SHA256": _sha256, "EMAIL_MASK": _email, "FIRST_FOUR_CHARACTERS": _first_four,
    "LAST_FOUR_CHARACTERS": _last_four, "KEYED_TOKEN": lambda value, rule: "KT_" + _token(value.encode(), rule).hex(),
}


def _year(value: str, kind: str) -> str:
    if kind == "DATE":
        return f"{value[:4]}-01-01"
    if kind == "DATETIME":
        return f"{value[:4]}-01-01T00:00:00"
    if kind == "TIMESTAMP":
        return f"{value[:4]}-01-01T00:00:00+00:00"
    raise ValueError(f"DATE_YEAR_MASK does not fit {kind}")


def _masker(field: dict[str, Any], path: str, rules: Mapping[str, Rule]) -> Callable[[Any], Any]:
    """From a cell as BigQuery sends it to a value as insertAll takes it, masked at the leaves."""
    if field["mode"] == "REPEATED":
        rule = rules.get(path)
        if rule is not None and rule.name in ("ALWAYS_NULL", "DEFAULT_MASKING_VALUE"):
            return lambda _: []
        element = _masker({**field, "mode": "NULLABLE"}, path, rules)
        return lambda cells: [element(cell["v"]) for cell in cells]
    if field["type"] == "RECORD":
        parts = [(child["name"], _masker(child, f"{path}.{child['name']}", rules)) for child in field["fields"]]
        return lambda cell: None if cell is None else {
            name: mask(part["v"]) for (name, mask), part in zip(parts, cell["f"], strict=True)}
    rule, kind = rules.get(path, Rule("RAW")), field["type"]
    constant = rule.name == "DEFAULT_MASKING_VALUE"  # does not read the column, so NULL becomes it as well

    def mask(cell: str | None) -> str | None:
        if cell is None and not constant:
            return None
        value = _instant(cell) if kind == "TIMESTAMP" and cell is not None else cell or ""
        return masked(value, kind, rule)
    return mask


def _instant(micros: str) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(micros))).isoformat()


def _plain(field: dict[str, Any]) -> dict[str, Any]:
    kept = {name: field[name] for name in ("name", "type", "mode", "rangeElementType") if name in field}
    return kept | ({"fields": [_plain(child) for child in field["fields"]]} if "fields" in field else {})


def _paths(fields: list[dict[str, Any]], prefix: str = "") -> list[str]:
    found = []
    for field in fields:
        found.append(prefix + field["name"])
        found += _paths(field.get("fields", []), f"{prefix}{field['name']}.")
    return found

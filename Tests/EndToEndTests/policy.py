"""The roles of these tests, written as a mapping directory for Scrim and as rules for the masked copies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from masked_copy import Rule
from sandbox import bank

TOKEN_KEY_ID = "ktest"
TOKEN_KEY = bytes.fromhex("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")

ANALYST = {
    "pii": "SHA256", "pii.email": "EMAIL_MASK", "pii.ssn": "LAST_FOUR_CHARACTERS", "pii.phone": "FIRST_FOUR_CHARACTERS",
    "pii.name": "KEYED_TOKEN", "pii.birth_date": "DATE_YEAR_MASK", "pii.address": "FIRST_FOUR_CHARACTERS",
    "pii.note": "ALWAYS_NULL", "account": "KEYED_TOKEN", "financial": "DEFAULT_MASKING_VALUE", "secret": "KEYED_TOKEN",
    "types": "DEFAULT_MASKING_VALUE", "types.string": "SHA256", "types.bytes": "SHA256",
    "types.datetime": "DATE_YEAR_MASK", "types.timestamp": "DATE_YEAR_MASK", "types.interval": "ALWAYS_NULL",
    "types.range_date": "ALWAYS_NULL"}
# The same person in another role: constants everywhere, and one column that is denied.
CLERK = {"pii": "DEFAULT_MASKING_VALUE", "pii.name": "RAW", "account": "ALWAYS_NULL", "financial": "RAW",
         "types": "ALWAYS_NULL", "secret": "DENY"}
ROLES = {"analyst": {"masks": ANALYST, "default": "ALWAYS_NULL", "accept_reversible": True},
         "clerk": {"masks": CLERK, "default": "ALWAYS_NULL"}}


def write_mapping(directory: Path, roles: dict[str, dict[str, Any]] | None = None, tags: dict[str, str] | None = None,
                  **settings: Any) -> Path:
    """A mapping directory; JSON is YAML. `tags` are more of them, `settings` further members of `mapping.yaml`."""
    (directory / "roles").mkdir(parents=True)
    listed = {name: bank.TAXONOMY + number for name, number in bank.POLICY_TAGS.items()} | {
        "pii.address": "projects/demo/locations/us/dataPolicies/address", "pii.note": "tag:demo/sensitivity=note"}
    (directory / "tags.yaml").write_text(json.dumps(listed | (tags or {})))
    (directory / "mapping.yaml").write_text(json.dumps({"on_several_roles": "strictest"} | settings))
    for name, role in (roles or ROLES).items():
        body = {"groups": [f"{name}@bank.example"], "untagged": "RAW", "accept_reversible": False} | role
        (directory / "roles" / f"{name}.yaml").write_text(json.dumps(body))
    return directory


def write_token_keys(path: Path) -> Path:
    """A ring with a known key, so that tokens are the same on every run and the key can be searched for."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(f"scrim-key-ring-1\n{TOKEN_KEY_ID} 2026-01-01T00:00:00Z {TOKEN_KEY.hex()}\n")
    return path


def rules_of(fields: list[dict[str, Any]], masks: dict[str, str], prefix: str = "") -> dict[str, Rule]:
    """The rule of every tagged path of a schema: the longest name in `masks` that the tag's name begins with."""
    found: dict[str, Rule] = {}
    for field in fields:
        path = prefix + field["name"]
        if (tag := tag_of(field)) is not None:
            steps = tag.split(".")
            names = [".".join(steps[:count]) for count in range(len(steps), 0, -1)]
            rule = next(masks[name] for name in names if name in masks)
            found[path] = Rule(rule, TOKEN_KEY, tag, TOKEN_KEY_ID)
        found |= rules_of(field.get("fields", []), masks, f"{path}.")
    return found


def rules_in(table: str, fields: list[dict[str, Any]], role: dict[str, Any], own: dict[str, Rule], prefix: str = ""
             ) -> dict[str, Rule]:
    """The rules of a role with exceptions in `dataset.table`, by path, columns without a tag included.

    `own` are the rules behind the names of expressions. Places are asked from the narrowest to the widest; one that
    has the tag's name or a beginning of it among its masks, or a default, has answered.
    """
    dataset = table.split(".")[0]
    exceptions = role.get("exceptions", [])
    places = [place for place in exceptions if place.get("table") == table]
    places += [place for place in exceptions if place.get("dataset") == dataset]
    places += [{"default": "DENY", "untagged": "RAW"} | role]
    found: dict[str, Rule] = {}
    for field in fields:
        path, tag = prefix + field["name"], tag_of(field)
        if tag is not None:
            name = next(answer for place in places if (answer := _answer(place, tag)) is not None)
            found[path] = own.get(name, Rule(name, TOKEN_KEY, tag, TOKEN_KEY_ID))
        elif "fields" not in field:
            found[path] = Rule(next(place["untagged"] for place in places if "untagged" in place))
        found |= rules_in(table, field.get("fields", []), role, own, f"{path}.")
    return found


def _answer(place: dict[str, Any], tag: str) -> str | None:
    matching = [name for name in place.get("masks", {}) if f"{tag}.".startswith(f"{name}.")]
    return place["masks"][max(matching, key=len)] if matching else place.get("default")


def tag_of(field: dict[str, Any]) -> str | None:
    for name, carrier in bank.OTHER_CARRIERS.items():
        if carrier.items() <= field.items():
            return name
    for resource in field.get("policyTags", {}).get("names", []):
        numbers = {number: name for name, number in bank.POLICY_TAGS.items()}
        return numbers[resource.removeprefix(bank.TAXONOMY)]
    return None

"""The roles of the proof. No role sees a canary as it is; keys are not masked for any."""

from __future__ import annotations

from typing import Any

KEYS = {"account": "RAW"}
ANALYST = KEYS | {
    "pii": "SHA256", "pii.email": "EMAIL_MASK", "pii.ssn": "LAST_FOUR_CHARACTERS", "pii.phone": "FIRST_FOUR_CHARACTERS",
    "pii.name": "KEYED_TOKEN", "pii.birth_date": "DATE_YEAR_MASK", "pii.address": "FIRST_FOUR_CHARACTERS",
    "pii.note": "ALWAYS_NULL", "account.number": "KEYED_TOKEN", "financial": "DEFAULT_MASKING_VALUE",
    "secret": "KEYED_TOKEN", "types": "DEFAULT_MASKING_VALUE", "types.datetime": "DATE_YEAR_MASK",
    "types.timestamp": "DATE_YEAR_MASK"}
CLERK = KEYS | {
    "pii": "DEFAULT_MASKING_VALUE", "pii.name": "ALWAYS_NULL", "pii.email": "KEYED_TOKEN",
    "account.number": "ALWAYS_NULL", "financial": "ALWAYS_NULL", "types": "ALWAYS_NULL", "secret": "DENY"}
# Untagged columns are denied to a teller.
TELLER = KEYS | {
    "pii": "KEYED_TOKEN", "pii.birth_date": "DATE_YEAR_MASK", "pii.note": "DEFAULT_MASKING_VALUE",
    "account.number": "LAST_FOUR_CHARACTERS", "financial": "DEFAULT_MASKING_VALUE", "secret": "SHA256",
    "types": "DEFAULT_MASKING_VALUE"}
ROLES: dict[str, dict[str, Any]] = {
    "analyst": {"masks": ANALYST, "default": "ALWAYS_NULL", "accept_reversible": True},
    "clerk": {"masks": CLERK, "default": "ALWAYS_NULL"},
    "teller": {"masks": TELLER, "untagged": "DENY", "accept_reversible": True}}
DENIED_RULES = {"clerk": {"secret"}, "teller": set()}


def copied(masks: dict[str, str]) -> dict[str, str]:
    """The rules of a copy: what is denied is not in it."""
    return {tag: "ALWAYS_NULL" if rule == "DENY" else rule for tag, rule in masks.items()}

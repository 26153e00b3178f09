"""What OCSF 1.8.0 requires of the classes and objects that Scrim writes, read by hand from the definitions at
https://github.com/ocsf/ocsf-schema/tree/v1.8.0 (commit 3dcb905d): events/base_event.json, events/application/*.json,
events/iam/authentication.json, objects/*.json, their parents included."""

from __future__ import annotations

from typing import Any

BASE = ["activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid"]
# Class: required attributes, groups of which one must be there, activities but 0 and 99.
CLASSES: dict[int, tuple[list[str], list[list[str]], set[int]]] = {
    0: ([], [], set()),
    3002: (["user"], [["service", "dst_endpoint"]], {1, 2, 3, 4, 5, 6, 7}),
    6002: (["app"], [], {1, 2, 3, 4, 5, 6, 7, 8}),
    6003: (["actor", "api", "src_endpoint"], [], {1, 2, 3, 4}),
    6005: (["actor", "src_endpoint"], [["database", "databucket", "table"]], {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}),
}
ENTITY = [["name", "uid"]]
# Object, by the attribute that has it: required attributes, groups of which one must be there.
OBJECTS: dict[str, tuple[list[str], list[list[str]]]] = {
    "metadata": (["product", "version"], []), "product": ([], ENTITY), "service": ([], ENTITY), "table": ([], ENTITY),
    "database": (["type_id"], ENTITY), "query_info": (["query_string"], ENTITY), "idp": ([], ENTITY),
    "actor": ([], [["process", "user", "invoked_by", "session", "app_name", "app_uid"]]),
    "user": ([], [["account", "name", "uid"]]), "api": (["operation"], []), "app": ([], [["name", "uid"]]),
    "src_endpoint": ([], [["ip", "uid", "name", "hostname", "svc_name", "instance_uid", "interface_uid",
                           "interface_name", "domain"]]),
    "raw_data_hash": (["algorithm_id", "value"], []), "session": ([], []),
}
INTEGERS = {"activity_id", "category_uid", "class_uid", "severity_id", "time", "type_uid", "status_id", "type_id",
            "algorithm_id", "sequence", "bytes", "count"}
STRINGS = {"activity_name", "status", "status_code", "message", "name", "uid", "version", "app_name", "domain", "ip",
           "operation", "query_string", "raw_data", "value", "original_time", "log_name", "event_code"}


def problems(event: dict[str, Any]) -> list[str]:
    """What of an event is not as the schema has it; empty when all is."""
    required, groups, activities = CLASSES[event["class_uid"]]
    found = _missing("event", event, BASE + required, groups)
    if event["type_uid"] != event["class_uid"] * 100 + event["activity_id"]:
        found.append("type_uid does not follow from class and activity")
    if event["category_uid"] != event["class_uid"] // 1000:
        found.append("the class is of another category")
    if event["activity_id"] not in activities | {0, 99}:
        found.append(f"activity {event['activity_id']}")
    if event["severity_id"] not in range(7) or event.get("status_id") not in (0, 1, 2, 99):
        found.append("severity or status")
    return found + _objects(event)


def _objects(value: dict[str, Any]) -> list[str]:
    found: list[str] = []
    for name, member in value.items():
        if name in INTEGERS and not (isinstance(member, int) and not isinstance(member, bool)):
            found.append(f"{name} is no integer")
        if name in STRINGS and not isinstance(member, str):
            found.append(f"{name} is no string")
        if name == "unmapped" or not isinstance(member, dict):
            continue
        if name in OBJECTS:
            found += _missing(name, member, *OBJECTS[name])
        found += _objects(member)
    return found


def _missing(name: str, value: dict[str, Any], required: list[str], groups: list[list[str]]) -> list[str]:
    found = [f"{name}.{member} is missing" for member in required if member not in value]
    return found + [f"{name} has none of {group}" for group in groups if not any(member in value for member in group)]

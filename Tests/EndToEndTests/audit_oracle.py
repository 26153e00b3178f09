"""What an auditor must find, from a walk through all entries: an oracle that shares nothing with the index."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Entry = dict[str, Any]


def moment(text: str) -> str:
    """A time as an auditor gives it, in the form that entries have."""
    given = text.removesuffix("Z")
    return given + "0000-00-00T00:00:00.000000Z"[len(given):]


def lower(text: str) -> str:
    """Letters A to Z alone, as the commands compare."""
    return "".join(chr(ord(one) + 32) if "A" <= one <= "Z" else one for one in text)


def client_names(entry: Entry) -> list[str]:
    return [name for name in (entry.get("software"), entry.get("actor", {}).get("client")) if name is not None]


def jobs(entries: Iterable[Entry]) -> dict[str, Entry]:
    """By ID, in the order of submission: what the entries about each job say."""
    found: dict[str, Entry] = {}
    for entry in entries:
        if "job" not in entry:
            continue
        name = entry["job"]["job_id"]
        job = found.setdefault(name, {
            "job_id": name, "time": entry["time"], "caller": entry, "session": entry.get("session", "none"),
            "tables": [], "masks": [], "sql": None, "outcome": "running", "bytes": None,
            "pages": 0, "rows": 0, "ended": None})
        match entry["type"]:
            case "job_submitted":
                job |= {"time": entry["time"], "caller": entry, "sql": entry["sql"], "tables": entry["tables"],
                        "masks": entry["masked_columns"], "session": entry.get("session", "none")}
            case "job_ended":
                job |= {"outcome": entry["outcome"], "bytes": entry.get("bytes_processed"), "ended": entry["time"],
                        "ended_tables": entry["tables"]}
            case "page_delivered":
                job["pages"] += 1
                job["rows"] += entry["rows"]
    return dict(sorted(found.items(), key=lambda item: item[1]["time"]))


def is_suffix(name: str, whole: str) -> bool:
    return name == whole or whole.endswith("." + name)


def job_matches(job: Entry, asked: dict[str, Any]) -> bool:
    return all(_holds(job, name, value, asked) for name, value in asked.items())


def _holds(job: Entry, name: str, value: Any, asked: dict[str, Any]) -> bool:
    actor = job["caller"].get("actor", {})
    match name:
        case "session":
            return job["session"] == value
        case "person":
            return actor.get("subject") == value
        case "group":
            return value in actor.get("roles", [])
        case "client":
            return any(lower(value) in lower(one) for one in client_names(job["caller"]))
        case "from":
            return job["time"] >= moment(value)
        case "to":
            return job["time"] < moment(value)
        case "table" if "column" not in asked:
            return any(is_suffix(value, table) for table in [*job["tables"], *job.get("ended_tables", [])])
        case "table":
            return True
        case "column":
            return any(_column_matches(mask, value, asked.get("table")) for mask in job["masks"])
        case "tag":
            return any(mask["tag"] == value for mask in job["masks"])
        case "job":
            return job["job_id"] == value
        case "sql":
            return job["sql"] is not None and lower(value) in lower(job["sql"])
        case "outcome":
            return job["outcome"] == value
        case "bytes-min":
            return job["bytes"] is not None and job["bytes"] >= value
        case "bytes-max":
            return job["bytes"] is not None and job["bytes"] <= value
    raise ValueError(name)


def _column_matches(mask: Entry, value: str, table: str | None) -> bool:
    if table is not None and not is_suffix(table, mask["table"]):
        return False
    if mask["column"] == value:
        return True
    prefix, column = value[:-len(mask["column"]) - 1], mask["column"]
    return value.endswith("." + column) and is_suffix(prefix, mask["table"])


def sessions(entries: Iterable[Entry]) -> dict[str, Entry]:
    """By ID, in the order of their beginnings."""
    found: dict[str, Entry] = {}
    for entry in entries:
        if "session" not in entry:
            continue
        session = found.setdefault(entry["session"], {
            "session": entry["session"], "first": entry["time"], "last": entry["time"], "requests": set(),
            "callers": [], "jobs": 0, "refusals": 0, "pages": 0, "rows": 0, "metadata_reads": 0})
        session["first"] = min(session["first"], entry["time"])
        session["last"] = max(session["last"], entry["time"])
        session["requests"].add(entry["request"])
        session["callers"].append(entry)
        counted = {"job_submitted": "jobs", "request_refused": "refusals", "page_delivered": "pages",
                   "metadata_read": "metadata_reads"}.get(entry["type"])
        if counted:
            session[counted] += 1
        if entry["type"] == "page_delivered":
            session["rows"] += entry["rows"]
    return dict(sorted(found.items(), key=lambda item: item[1]["first"]))


JOB_FILTERS = {"table", "column", "tag", "job", "sql", "outcome", "bytes-min", "bytes-max"}


def session_matches(session: Entry, asked: dict[str, Any], its_jobs: list[Entry]) -> bool:
    def caller_holds(caller: Entry) -> bool:
        actor = caller.get("actor", {})
        return (asked.get("person", actor.get("subject")) == actor.get("subject")
                and ("group" not in asked or asked["group"] in actor.get("roles", []))
                and ("client" not in asked
                     or any(lower(asked["client"]) in lower(one) for one in client_names(caller))))

    if "session" in asked and session["session"] != asked["session"]:
        return False
    if session["last"] < moment(asked.get("from", "1970-01-01")):
        return False
    if session["first"] >= moment(asked.get("to", "9999-01-01")):
        return False
    if not any(caller_holds(caller) for caller in session["callers"]):
        return False
    return not JOB_FILTERS & asked.keys() or any(job_matches(job, asked) for job in its_jobs)

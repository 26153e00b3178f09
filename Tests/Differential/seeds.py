"""Statements to start from: those of the golden files, and of the measuring corpus where it is present."""

from __future__ import annotations

import json
import re
from pathlib import Path

from comparison import Text

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "Tests" / "GoogleSQLTests" / "Golden"
CORPUS = ROOT.parent / "shared" / "corpus" / "open.jsonl"


# The words that the statements of an area start with.
STARTS = {
    "queries": "SELECT WITH FROM ( TABLE",
    "graph": "GRAPH",
    "manipulation": "INSERT UPDATE DELETE MERGE TRUNCATE",
    "create": "CREATE",
    "alter": "ALTER DROP UNDROP RENAME",
    "transfer": "EXPORT LOAD CLONE",
    "permission": "GRANT REVOKE",
    "scripts": "BEGIN DECLARE IF CASE WHILE LOOP REPEAT FOR CALL EXECUTE SET RAISE ASSERT COMMIT ROLLBACK START EXPLAIN SHOW",
}


def of_areas(texts: list[Text], areas: set[str]) -> list[Text]:
    """The texts that belong to the areas, told by their first word; with all areas, all texts."""
    if areas >= set(STARTS):
        return texts
    words = {word for area in areas for word in STARTS[area].split()}
    return [text for text in texts if (found := re.match(r"(?:\s|--.*\n|#.*\n|/\*.*?\*/|@\{.*?\})*(\(|\w+)", text.sql))
            and found[1].upper() in words]


def golden() -> list[Text]:
    cases = (case for path in sorted(GOLDEN.glob("*.test")) for case in path.read_text().split("\n==\n"))
    texts = (case.split("\n--\n")[0].strip("\n") for case in cases)
    return [Text("script" if ";" in sql.rstrip().rstrip(";") else "statement", sql) for sql in texts if sql]


def corpus() -> list[Text]:
    if not CORPUS.exists():
        return []
    rows = map(json.loads, CORPUS.open())
    return [Text(row["kind"], row["sql"]) for row in rows if row["bigquery"] and row["kind"] in ("statement", "script")]

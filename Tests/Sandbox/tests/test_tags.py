"""Tags in schemas: kept at any depth, through patches, with an etag that follows them."""

from __future__ import annotations

import copy
from itertools import count
from typing import Any

import pytest
import requests

NUMBERS = count()
SCHEMA: list[dict[str, Any]] = [
    {"name": "id", "type": "INT64"},
    {"name": "email", "type": "STRING", "policyTags": {"names": ["projects/p/locations/us/taxonomies/1/policyTags/2"]}},
    {"name": "listed", "type": "STRING", "dataPolicyList": {"dataPolicies": [{"name": "projects/p/dataPolicies/a"}]}},
    {"name": "a", "type": "STRUCT", "fields": [
        {"name": "b", "type": "STRUCT", "mode": "REPEATED", "fields": [
            {"name": "end", "type": "STRING", "dataPolicies": [{"name": "projects/p/dataPolicies/d"}]},
            {"name": "with space", "type": "STRING",
             "dataGovernanceTagsInfo": {"dataGovernanceTags": {"p/k": "v"}}}]}]},
]


@pytest.fixture
def table(empty) -> str:
    """The address of a new table with tags."""
    requests.post(f"{empty.api}/datasets", json={"datasetReference": {"datasetId": "tags", "projectId": "demo"}},
                  timeout=10)
    name = f"t{next(NUMBERS)}"
    made = requests.post(f"{empty.api}/datasets/tags/tables", timeout=10, json={
        "tableReference": {"tableId": name}, "schema": {"fields": SCHEMA}, "description": "d"})
    assert made.status_code == 200, made.text
    return f"{empty.api}/datasets/tags/tables/{name}"


def test_all_carriers_come_back_at_any_depth(table: str) -> None:
    fields = requests.get(table, timeout=10).json()["schema"]["fields"]
    assert fields[0] == {"name": "id", "type": "INTEGER", "mode": "NULLABLE"}
    assert fields[1]["policyTags"] == SCHEMA[1]["policyTags"]
    assert fields[2]["dataPolicyList"] == SCHEMA[2]["dataPolicyList"]
    inner = fields[3]["fields"][0]
    assert inner["mode"] == "REPEATED" and inner["fields"][0]["dataPolicies"] == [{"name": "projects/p/dataPolicies/d"}]
    assert inner["fields"][1]["dataGovernanceTagsInfo"] == {"dataGovernanceTags": {"p/k": "v"}}


@pytest.mark.parametrize("method", [requests.patch, requests.put])
def test_a_changed_tag_is_kept_and_changes_the_etag(table: str, method) -> None:
    before = requests.get(table, timeout=10).json()
    assert requests.get(table, timeout=10).json()["etag"] == before["etag"]
    schema = copy.deepcopy(before["schema"])
    schema["fields"][3]["fields"][0]["fields"][0]["dataPolicies"] = [{"name": "projects/p/dataPolicies/other"}]
    assert method(table, json={"schema": schema}, timeout=10).status_code == 200
    after = requests.get(table, timeout=10).json()
    assert after["etag"] != before["etag"]
    assert after["schema"] == schema
    assert ("description" in after) == (method is requests.patch)


def test_a_stale_etag_is_refused(table: str) -> None:
    etag = requests.get(table, timeout=10).json()["etag"]
    assert requests.patch(table, json={"description": "x"}, headers={"If-Match": etag}, timeout=10).status_code == 200
    stale = requests.patch(table, json={"description": "y"}, headers={"If-Match": etag}, timeout=10)
    assert stale.status_code == 412 and stale.json()["error"]["errors"][0]["reason"] == "conditionNotMet"


def test_a_column_is_added_but_not_dropped_by_a_patch(table: str) -> None:
    schema = requests.get(table, timeout=10).json()["schema"]
    added = {"fields": [*schema["fields"], {"name": "new", "type": "DATE"}]}
    assert requests.patch(table, json={"schema": added}, timeout=10).status_code == 200
    put = requests.post(f"{table}/insertAll", timeout=10, json={"rows": [
        {"json": {"id": "1", "new": "2025-01-02", "a": {"b": [{"end": "x", "with space": "y"}]}}}]})
    assert "insertErrors" not in put.json()
    rows = requests.get(f"{table}/data", timeout=10).json()["rows"]
    assert rows[0]["f"][4] == {"v": "2025-01-02"}
    assert rows[0]["f"][3] == {"v": {"f": [{"v": [{"v": {"f": [{"v": "x"}, {"v": "y"}]}}]}]}}
    assert requests.patch(table, json={"schema": schema}, timeout=10).status_code == 400


def test_the_basic_view_leaves_sizes_out(table: str) -> None:
    assert "numRows" in requests.get(table, timeout=10).json()
    basic = requests.get(table, params={"view": "BASIC"}, timeout=10).json()
    assert "numRows" not in basic and basic["schema"]["fields"][1]["policyTags"]


def test_a_type_that_a_test_asks_for_is_kept(empty) -> None:
    requests.post(f"{empty.api}/datasets", json={"datasetReference": {"datasetId": "tags", "projectId": "demo"}},
                  timeout=10)
    made = requests.post(f"{empty.api}/datasets/tags/tables", timeout=10, json={
        "tableReference": {"tableId": f"external{next(NUMBERS)}"}, "type": "EXTERNAL",
        "schema": {"fields": [{"name": "id", "type": "INTEGER"}]}})
    assert made.json()["type"] == "EXTERNAL"


def test_an_absent_table_is_404_in_googles_shape(empty) -> None:
    answer = requests.get(f"{empty.api}/datasets/nope/tables/nope", timeout=10)
    error = answer.json()["error"]
    assert answer.status_code == error["code"] == 404 and error["status"] == "NOT_FOUND"
    assert error["errors"] == [{"domain": "global", "reason": "notFound", "message": "Not found: Table demo:nope.nope"}]


def test_a_patch_replaces_the_whole_schema_so_that_tags_left_out_are_gone(table: str) -> None:
    before = requests.get(table, timeout=10).json()
    sent = copy.deepcopy(before["schema"])
    del sent["fields"][1]["policyTags"]
    del sent["fields"][3]["fields"][0]["fields"][0]["dataPolicies"]
    assert requests.patch(table, json={"schema": sent}, timeout=10).status_code == 200
    after = requests.get(table, timeout=10).json()
    assert after["schema"] == sent and after["description"] == before["description"]


def test_an_empty_list_takes_a_tag_away(table: str) -> None:
    before = requests.get(table, timeout=10).json()
    sent = copy.deepcopy(before["schema"])
    sent["fields"][1]["policyTags"] = {"names": []}
    answer = requests.patch(table, json={"schema": sent}, headers={"If-Match": before["etag"]}, timeout=10)
    after = requests.get(table, timeout=10).json()
    assert "policyTags" not in after["schema"]["fields"][1] and after["etag"] == answer.json()["etag"] != before["etag"]
    del sent["fields"][1]["policyTags"]
    assert after["schema"] == sent


def test_members_that_bigquery_computes_are_ignored_in_a_patch(table: str) -> None:
    before = requests.get(table, timeout=10).json()
    sent = {"etag": "mine", "type": "VIEW", "numRows": "7", "creationTime": "1", "location": "EU", "id": "other",
            "tableReference": {"projectId": "x", "datasetId": "y", "tableId": "z"}, "description": "new"}
    assert requests.patch(table, json=sent, timeout=10).status_code == 200
    after = requests.get(table, timeout=10).json()
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    assert changed <= {"description", "etag", "lastModifiedTime"} and after["description"] == "new"


def test_members_of_a_field_that_are_not_known_are_kept_through_a_patch(table: str) -> None:
    schema = requests.get(table, timeout=10).json()["schema"]
    schema["fields"][0] |= {"futureMember": {"a": [1, "2"]}, "defaultValueExpression": "1 + 1", "description": "数"}
    assert requests.patch(table, json={"schema": schema}, timeout=10).status_code == 200
    assert requests.get(table, timeout=10).json()["schema"] == schema


def test_a_patch_of_a_stale_schema_changes_nothing(table: str) -> None:
    before = requests.get(table, timeout=10).json()
    assert requests.patch(table, json={"description": "x"}, timeout=10).status_code == 200
    now = requests.get(table, timeout=10).json()
    stale = requests.patch(table, json={"schema": {"fields": SCHEMA[:1]}}, headers={"If-Match": before["etag"]},
                           timeout=10)
    assert stale.status_code == 412 and requests.get(table, timeout=10).json() == now

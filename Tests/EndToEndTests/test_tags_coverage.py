"""`scrim tags coverage`: columns that look sensitive are found by counts made inside BigQuery, and no cell leaves."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import audit_files
import pytest
import tagging_lab as lab
from google.cloud import bigquery
from google.protobuf.message import Message
from proxy import command, configure
from zetasql_evaluator import Evaluator
from zetasql_rows import rows_query

EXPECTED = {
    "c_mail": ("email", ["values"]), "c_social": ("ssn", ["values"]), "c_card": ("card_number", ["values"]),
    "c_account": ("iban", ["values"]), "c_call": ("phone", ["values"]), "n_card": ("card_number", ["values"]),
    "n_social": ("ssn", ["values"]), "n_social_number_ssn": ("ssn", ["values", "name"]),
    "date_of_birth": ("birth_date", ["name"]), "passportNo": ("passport", ["name"]),
    "nested.deep.mail": ("email", ["values"]), "calls": ("phone", ["values"]),
    "orders.payments.paid_with": ("card_number", ["values"])}


@dataclass
class Survey:
    config: Path
    key: Path
    rows: list[dict[str, Any]]
    client: bigquery.Client

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return command("tags", "coverage", "--config", self.config, "--credentials", self.key, *arguments, seconds=60)

    def findings(self, *arguments: str) -> dict[str, dict[str, Any]]:
        ended = self.run("--table", f"{lab.DATASET}.people", "--json", *arguments)
        assert ended.returncode == 1, ended.stderr
        return {finding["column"]: finding for finding in json.loads(ended.stdout)["findings"]}

    def jobs(self) -> list[Any]:
        return [job for job in self.client.list_jobs() if job.labels.get("scrim_command") == "tags_coverage"]


@pytest.fixture(scope="module")
def survey(warehouse: Any, direct: bigquery.Client, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Survey]:
    rows = lab.make(direct)
    config = configure(tmp_path_factory.mktemp("coverage"), warehouse.url, warehouse.key_file, bigquery={
        "project": "demo", "location": "US", "default_dataset": lab.DATASET, "datasets": [lab.DATASET],
        "endpoint": warehouse.url, "credentials": {"service_account_file": str(warehouse.key_file)}})
    yield Survey(config, Path(warehouse.key_file).with_name("admin.json"), rows, direct)
    direct.delete_dataset(f"demo.{lab.DATASET}", delete_contents=True)


@dataclass
class Told:
    """One run for machines and one for people, and the jobs that they made."""

    findings: dict[str, dict[str, Any]]
    texts: list[str]
    jobs: list[Any]


@pytest.fixture(scope="module")
def told(survey: Survey) -> Told:
    before = {job.job_id for job in survey.jobs()}
    answer = survey.run("--table", f"{lab.DATASET}.people", "--json")
    jobs = [job for job in survey.jobs() if job.job_id not in before]
    text = survey.run("--table", f"{lab.DATASET}.people")
    assert (answer.returncode, text.returncode) == (1, 1), answer.stderr + text.stderr
    findings = {finding["column"]: finding for finding in json.loads(answer.stdout)["findings"]}
    return Told(findings, [answer.stdout, answer.stderr, text.stdout, text.stderr], jobs)


def test_planted_columns_are_found_and_no_others(told: Told) -> None:
    found = told.findings
    assert {name: (one["kind"], one["found_by"]) for name, one in found.items()} == EXPECTED
    assert {name: one["percent"] for name, one in found.items() if one["percent"] not in (None, 100)} == {}
    assert found["date_of_birth"]["percent"] is None
    assert {name: one["suggested_tag"] for name, one in found.items() if one["suggested_tag"]} == {
        "c_mail": "pii.email", "nested.deep.mail": "pii.email", "c_social": "pii.ssn", "n_social": "pii.ssn",
        "n_social_number_ssn": "pii.ssn", "c_call": "pii.phone", "calls": "pii.phone", "c_account": "account.number",
        "date_of_birth": "pii.birth_date"}
    assert all(f"demo.{lab.DATASET}.people.{name}" in told.texts[2] for name in found)


def test_no_cell_leaves(survey: Survey, told: Told) -> None:
    log = b"".join(audit_files.raw_entries(survey.config.parent / "audit-admin")).decode()
    everything = "".join([*told.texts, log, *(job.query for job in survey.jobs())])
    values = lab.planted(survey.rows)
    assert len(values) > 1000 and "c_card" in everything
    assert [value for value in values if value in everything] == []


def test_only_counts_come_back_from_jobs_that_the_log_knows(survey: Survey, told: Told) -> None:
    entries = audit_files.entries(survey.config.parent / "audit-admin")
    submitted = {entry["job"]["job_id"]: entry for entry in entries if entry["type"] == "job_submitted"}
    ended = {entry["job"]["job_id"]: entry["outcome"] for entry in entries if entry["type"] == "job_ended"}
    assert len(told.jobs) == 4, "one for the row, one for each array"
    for job in told.jobs:
        assert submitted[job.job_id]["tables"] == [f"demo.{lab.DATASET}.people"] and ended[job.job_id] == "done"
        assert submitted[job.job_id]["actor"]["client"] == job.user_email == "admin@demo.iam.gserviceaccount.com"
        assert "LIMIT 10000" in job.query
        assert all(isinstance(value, int) for row in job.result() for value in row.values())
    keys = json.loads(command("keys", "list", "--audit", survey.config.parent / "keys" / "audit", "--config",
                              survey.config, "--admin", "--json").stdout)
    verified = command("audit", "verify", "--directory", survey.config.parent / "audit-admin", "--key",
                       keys[0]["verifier_key"])
    assert verified.returncode == 0 and verified.stdout.startswith("verified")


def test_what_it_would_read_is_told_first(survey: Survey) -> None:
    before = len(survey.jobs())
    ended = survey.run("--estimate")
    assert ended.returncode == 0 and ended.stdout == "" and "4 queries over 1 table may bill up to" in ended.stderr
    refused = survey.run("--max-bytes-billed", "1MB")
    assert refused.returncode == 2 and "--max-bytes-billed" in refused.stderr and refused.stdout == ""
    names = survey.findings("--names-only")
    assert {name for name, one in names.items()} == {
        "date_of_birth", "passportNo", "n_social_number_ssn"} | {name for name in names if "name" in EXPECTED[name][1]}
    assert all(one["found_by"] == ["name"] and one["percent"] is None for one in names.values())
    assert len(survey.jobs()) == before, "nothing ran"


def test_few_values_say_nothing(survey: Survey, told: Told) -> None:
    """Below five matches, or a fifth of the values, nothing is told: few values can point to persons."""
    found = survey.findings("--sample-rows", "4")
    assert all("values" not in one["found_by"] for name, one in found.items() if name in ("c_mail", "c_social"))
    assert "few_mails" not in told.findings


@pytest.mark.parametrize("arguments", [
    ("--sample-rows", "0"), ("--sample-percent", "101"), ("--max-bytes-billed", "much"), ("--dataset", "a.b.c")])
def test_options_that_make_no_sense(survey: Survey, arguments: tuple[str, str]) -> None:
    assert survey.run(*arguments).returncode == 2


def test_a_sample_of_the_storage(survey: Survey) -> None:
    assert survey.findings("--sample-percent", "100")["c_mail"]["found_by"] == ["values"]
    assert any("TABLESAMPLE SYSTEM (100 PERCENT)" in job.query for job in survey.jobs())


def test_a_table_that_asks_for_a_partition_filter(survey: Survey) -> None:
    lab.create(survey.client, "by_day", {
        "schema": {"fields": [{"name": "day", "type": "DATE"}, {"name": "x", "type": "STRING"}]},
        "timePartitioning": {"type": "DAY", "field": "day"}, "requirePartitionFilter": True})
    try:
        rows = [{"day": "2025-03-01", "x": lab.email(at)} for at in range(9)]
        assert survey.client.insert_rows_json(f"demo.{lab.DATASET}.by_day", rows) == []
        ended = survey.run("--table", f"{lab.DATASET}.by_day", "--json")
        answer = json.loads(ended.stdout)
        assert [finding["column"] for finding in answer["findings"]] == ["x"] and answer["problems"] == []
    finally:
        survey.client.delete_table(f"demo.{lab.DATASET}.by_day")


def test_a_query_that_fails_tells_no_value(survey: Survey, faults: Callable[..., None]) -> None:
    faults(jobs=[{"sql": "COUNTIF", "error": "resourcesExceeded"}])
    ended = survey.run("--table", f"{lab.DATASET}.people")
    assert ended.returncode == 2 and "resourcesExceeded" in ended.stderr and ended.stdout == ""


# MARK: Google's own evaluator


@pytest.fixture(scope="module")
def statements(told: Told) -> list[str]:
    return [job.query for job in told.jobs]


def numbers(evaluator: Evaluator, sql: str, rows: list[dict[str, Any]]) -> list[list[int]]:
    """What Google's evaluator answers to a statement over these rows."""
    made = evaluator.query(rows_query(lab.FIELDS, rows))
    text = sql.replace(f"demo.{lab.DATASET}.people", "people")
    assert text != sql
    answer = evaluator.query(text, {"people": made})
    return sorted([int(cell.int64_value) for cell in row.cell] for row in answer.content.table_data.row)


def test_googles_evaluator_counts_the_same(
        survey: Survey, statements: list[str], evaluator: Evaluator) -> None:
    assert len(statements) == 4
    for sql in statements:
        ours = sorted(list(row.values()) for row in survey.client.query(sql).result())
        assert numbers(evaluator, sql, survey.rows) == ours


def luhn_and_iban_cases() -> list[tuple[str, str, bool]]:
    cards = [lab.card(length) for length in range(13, 20) for _ in range(6)]
    cases = [("cards", number, True) for number in cards]
    cases += [("cards", number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1:], False)
              for number in cards for at in range(1, len(number))]
    cases += [("cards", lab.grouped(cards[20], "-"), True), ("cards", "4111 1111 1111 1111", True),
              ("cards", "4111 1111 1111 1112", False), ("cards", "0" * 16, False), ("cards", "1" + "0" * 15, False),
              ("cards", "4111111111111111x", False), ("cards", "", False), ("cards", "٤١١١١١١١١١١١١١١١", False)]
    # From the IBAN registry's examples.
    good = ["GB82WEST12345698765432", "DE89370400440532013000", "NO9386011117947", "MT84MALT011000012345MTLCAST001S",
            "FR1420041010050500013M02606", "SA0380000000608010167519", "LC55HEMM000100010012001200023015",
            "CH9300762011623852957", "de89 3704 0044 0532 0130 00"]
    cases += [("ibans", iban, True) for iban in good]
    cases += [("ibans", iban[:at] + ("0" if iban[at] != "0" else "7") + iban[at + 1:], False)
              for iban in good[:8] for at in range(2, len(iban))]
    cases += [("ibans", text, False) for text in ("", "DE", "GB82", "XX00" + "0" * 30, "12" + good[1][2:])]
    return cases


KINDS = ("cards", "ssns", "phones", "emails", "ibans")
SHAPES = [
    *(("emails", text, True) for text in ("a@b.co", "first.last+tag@sub.example.org", "o'brien@example.com",
                                          " a@b.c ")),
    *(("emails", text, False) for text in ("a@b", "@b.co", "a@", "a b@c.de", "a@-b.co", "a@b..co", "a@@b.co", "x")),
    *(("ssns", text, True) for text in ("078-05-1120", "899 99 9999", "665-01-0001")),
    *(("ssns", text, False) for text in ("000-12-3456", "666-12-3456", "900-12-3456", "123-00-4567", "123-45-0000",
                                         "123-45-67890", "078051120", "123-456-789")),
    *(("phones", text, True) for text in ("+14155552671", "+49 (30) 1234-5678", "(415) 555-2671", "415.555.2671",
                                          "1-415-555-2671", "+442071838750")),
    *(("phones", text, False) for text in ("4155552671", "115-555-2671", "415-155-2671", "2025-03-01", "+0123456789",
                                           "+1234567890123456", "10.20.30.40", "+12 34")),
]


@pytest.mark.parametrize("engine", ["zetasql", "sandbox"])
def test_patterns_by_the_book(
        survey: Survey, statements: list[str], evaluator: Evaluator, engine: str) -> None:
    """One statement over one text a row, in the engine of the sandbox and in Google's."""
    (sql,) = (text for text in statements if ".words AS" in text)
    cases = luhn_and_iban_cases() + SHAPES
    empty: dict[str, Any] = {field["name"]: [] if field["mode"] == "REPEATED" else None for field in lab.FIELDS}
    empty |= {"nested": {"deep": {"mail": None}}, "v": {"v": None}}
    # Each text counts for itself: the statement is grouped by the value too.
    by_text = sql.replace("SELECT k AS number", "SELECT v AS text", 1).removesuffix("GROUP BY k") + "GROUP BY v"
    texts = sorted({text for _, text, _ in cases})
    rows = [empty | {"words": text} for text in texts]
    if engine == "zetasql":
        made = evaluator.query(rows_query(lab.FIELDS, rows))
        answer = evaluator.query(by_text.replace(f"demo.{lab.DATASET}.people", "people"), {"people": made})
        table = [dict(zip(answer.names, map(cell_of, row.cell), strict=True))
                 for row in answer.content.table_data.row]
    else:
        lab.create(survey.client, "texts", {"schema": {"fields": lab.FIELDS}})
        try:
            assert survey.client.insert_rows_json(f"demo.{lab.DATASET}.texts", rows) == []
            text = by_text.replace(f"demo.{lab.DATASET}.people", f"demo.{lab.DATASET}.texts")
            table = [dict(row.items()) for row in survey.client.query(text).result()]
        finally:
            survey.client.delete_table(f"demo.{lab.DATASET}.texts")
    counted = {row["text"]: row for row in table}
    wrong = [(kind, text, expected) for kind, text, expected in cases
             if (counted[text.strip()][kind] > 0) != expected]
    assert wrong == [] and {kind for kind, _, _ in cases} == set(KINDS) and len(cases) > 700


def cell_of(cell: Message) -> Any:
    return cell.string_value if cell.HasField("string_value") else cell.int64_value  # type: ignore[attr-defined]

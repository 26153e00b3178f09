"""The oracle itself, against BigQuery's documented examples and against hand-made values."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from google.cloud import bigquery
from masked_copy import Copier, Rule, masked, tagged_paths


@pytest.mark.parametrize(("value", "kind", "rule", "expected"), [
    ("randomtext", "STRING", "SHA256", "jQHDyQuj7vJcveEe59ygb3Zcvj0B5FJINBzgM6Bypgw="),
    ("test@gmail@gmail.com", "STRING", "EMAIL_MASK", "Qdje6MO+GLwI0u+KyRyAICDjHbLF1ImxRqaW08tY52k="),
    ("alice@example.com", "STRING", "EMAIL_MASK", "XXXXX@example.com"),
    ("abcdefg", "STRING", "FIRST_FOUR_CHARACTERS", "abcdXXXXX"),
    ("abcdefg", "STRING", "LAST_FOUR_CHARACTERS", "XXXXXdefg"),
    ("abcd", "STRING", "LAST_FOUR_CHARACTERS", base64.b64encode(hashlib.sha256(b"abcd").digest()).decode()),
    ("2025-09-17", "DATE", "DATE_YEAR_MASK", "2025-01-01"),
    ("2025-09-17T01:02:03", "DATETIME", "DATE_YEAR_MASK", "2025-01-01T00:00:00"),
    ("x", "STRING", "ALWAYS_NULL", None), ("x", "STRING", "DEFAULT_MASKING_VALUE", ""),
    ("9", "INTEGER", "DEFAULT_MASKING_VALUE", "0"), ("x", "STRING", "RAW", "x"),
])
def test_rules(value: str, kind: str, rule: str, expected: str | None) -> None:
    assert masked(value, kind, Rule(rule)) == expected


def test_tokens() -> None:
    rule = Rule("KEYED_TOKEN", b"m" * 32, "pii.ssn", "k1")
    key = hmac.new(b"m" * 32, b"pii.ssn|k1", "sha256").digest()
    expected = hmac.new(key, b"abc", "sha256").digest()[:20]
    assert masked("abc", "STRING", rule) == "KT_" + expected.hex()
    assert base64.b64decode(masked(base64.b64encode(b"abc").decode(), "BYTES", rule) or "") == expected


def test_a_copy_is_masked_at_the_leaves_and_has_no_tags(client: bigquery.Client, sandbox) -> None:
    Copier(sandbox.url, sandbox.key_file).copy("demo.bank.customers", "demo.masked_test.customers", {
        "email": Rule("EMAIL_MASK"), "birth_date": Rule("DATE_YEAR_MASK"), "contacts.value": Rule("SHA256"),
        "address.street": Rule("ALWAYS_NULL"), "credit_limit": Rule("DEFAULT_MASKING_VALUE")})
    copy = client.get_table("demo.masked_test.customers")
    assert tagged_paths(copy.to_api_repr()["schema"]["fields"]) == [] and copy.num_rows == 241
    both = "SELECT * FROM {} ORDER BY customer_id"
    raws = list(client.query(both.format("bank.customers")).result())
    copies = list(client.query(both.format("masked_test.customers")).result())
    for raw, kept in zip(raws, copies, strict=True):
        assert kept["full_name"] == raw["full_name"] and kept["pin_hash"] == raw["pin_hash"]
        assert kept["credit_limit"] == 0
        assert (kept["birth_date"] and (kept["birth_date"].month, kept["birth_date"].year)) == (
            raw["birth_date"] and (1, raw["birth_date"].year))
        assert [contact["kind"] for contact in kept["contacts"]] == [contact["kind"] for contact in raw["contacts"]]
        assert (kept["address"] is None) == (raw["address"] is None)


def test_the_bank_tells_where_its_tags_are(client: bigquery.Client) -> None:
    fields = client.get_table("demo.bank.customers").to_api_repr()["schema"]["fields"]
    assert {"email", "address.zip", "contacts.value", "home_address", "service_note"} <= set(tagged_paths(fields))


def test_no_untagged_cell_of_the_bank_holds_a_canary(client: bigquery.Client) -> None:
    """What the end-to-end search relies on: a canary in an answer comes from a tagged column."""
    for table in ("customers", "accounts", "transactions", "branches"):
        fields = client.get_table(f"demo.bank.{table}").to_api_repr()["schema"]["fields"]
        tagged = set(tagged_paths(fields))
        plain = [field["name"] for field in fields
                 if not any(path.split(".")[0] == field["name"] for path in tagged)]
        sql = f"SELECT COUNT(*) FROM (SELECT TO_JSON_STRING(STRUCT({', '.join(plain)})) AS t FROM bank.{table}) " \
              "WHERE LOWER(t) LIKE '%canary%' OR t LIKE '%8675309%' OR t LIKE '%-09-17%'"
        assert next(iter(client.query(sql).result()))[0] == 0, table

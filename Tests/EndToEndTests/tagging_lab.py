"""A dataset for the tests of `scrim tags`: columns whose values look like something, and the same values in Python."""

from __future__ import annotations

import random
from typing import Any

from google.cloud import bigquery
from sandbox.bank import field

DATASET = "tagging"
ROWS = 60
RANDOM = random.Random(20250301)


def digits(count: int) -> str:
    return "".join(RANDOM.choice("0123456789") for _ in range(count))


def luhn(number: str) -> bool:
    """Luhn's formula, by the book: every second digit from the right is doubled, nines are cast out."""
    total = 0
    for position, digit in enumerate(int(character) for character in reversed(number)):
        doubled = digit * 2 if position % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def card(length: int = 16) -> str:
    body = RANDOM.choice("3456") + digits(length - 2)
    return next(body + check for check in "0123456789" if luhn(body + check))


def broken_card() -> str:
    number = card()
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def iban(country: str = "DE", length: int = 18, letters: str = "") -> str:
    body = letters + digits(length - len(letters))
    number = int("".join(str(int(character, 36)) for character in body + country) + "00")
    return f"{country}{98 - number % 97:02}{body}"


def broken_iban() -> str:
    good = iban()
    return good[:-1] + str((int(good[-1]) + 1) % 10)


def grouped(text: str, separator: str = " ") -> str:
    return separator.join(text[at:at + 4] for at in range(0, len(text), 4))


def ssn(separator: str = "-") -> str:
    area = RANDOM.choice([area for area in range(1, 900) if area != 666])
    return separator.join((f"{area:03}", f"{RANDOM.randint(1, 99):02}", f"{RANDOM.randint(1, 9999):04}"))


def phone() -> str:
    area, exchange, line = f"{RANDOM.randint(201, 989)}", f"{RANDOM.randint(200, 999)}", digits(4)
    return RANDOM.choice([f"({area}) {exchange}-{line}", f"{area}-{exchange}-{line}", f"+1 {area} {exchange} {line}",
                          f"+49 30 {digits(8)}", f"+44{RANDOM.randint(1, 9)}{digits(9)}"])


def email(at: int) -> str:
    return f"planted.person+{at}_{digits(4)}@mail-{at}.example.org"


FIELDS: list[dict[str, Any]] = [
    field("row_number", "INTEGER"), field("c_mail", "STRING"), field("c_social", "STRING"), field("c_card", "STRING"),
    field("c_account", "STRING"), field("c_call", "STRING"), field("n_card", "INTEGER"), field("n_social", "INTEGER"),
    field("n_social_number_ssn", "INTEGER"), field("sequence", "INTEGER"), field("words", "STRING"),
    field("near_card", "STRING"), field("near_account", "STRING"), field("near_social", "STRING"),
    field("few_mails", "STRING"), field("date_of_birth", "DATE"), field("hidden_mail", "STRING", "pii.email"),
    field("email_verified", "BOOLEAN"), field("passportNo", "STRING"),
    field("nested", "RECORD", fields=[field("deep", "RECORD", fields=[field("mail", "STRING")])]),
    # Names that a statement could have taken for its own.
    field("t", "STRING"), field("x", "STRING"), field("k", "INTEGER"), field("v", "RECORD", fields=[
        field("v", "STRING")]),
    field("calls", "STRING", mode="REPEATED"),
    field("orders", "RECORD", mode="REPEATED", fields=[
        field("code", "STRING"), field("k", "STRING"),
        field("payments", "RECORD", mode="REPEATED", fields=[field("paid_with", "STRING")])]),
]


def row(at: int) -> dict[str, Any]:
    bad = RANDOM.choice(["000-12-3456", "666-12-3456", "912-12-3456", "123-00-4567", "123-45-0000"])
    return {
        "row_number": str(at), "c_mail": email(at), "c_social": ssn(RANDOM.choice("- ")),
        "c_card": RANDOM.choice([str, grouped, lambda text: grouped(text, "-")])(card(RANDOM.choice((13, 15, 16, 19)))),
        "c_account": RANDOM.choice([str, grouped, str.lower])(
            RANDOM.choice([iban(), iban("GB", 18, "WEST"), iban("NO", 11), iban("MT", 27, "MALT")])),
        "c_call": phone(), "n_card": card(), "n_social": ssn("").lstrip("0").rjust(9, "1"),
        "n_social_number_ssn": f"1234500{at + 1:02}", "sequence": str(400_000_000 + at),
        "words": RANDOM.choice(["retail", "private", "a b c", "12", "", "@", "x@y", "2025-03-01", "1.2.3.4"]),
        "near_card": broken_card(), "near_account": broken_iban(), "near_social": bad,
        "few_mails": email(at) if at < 8 else f"no mail {at}", "date_of_birth": "1971-09-17",
        "hidden_mail": email(at), "email_verified": "true", "passportNo": f"C{digits(8)}",
        "nested": {"deep": {"mail": email(at) if at % 3 else None}}, "calls": [phone() for _ in range(at % 4)],
        "t": "t", "x": "x", "k": str(at), "v": {"v": "v"},
        "orders": [{"code": f"o{at}", "k": "k", "payments": [{"paid_with": card()} for _ in range(2)]}
                   for _ in range(at % 3)]}


def make(client: bigquery.Client) -> list[dict[str, Any]]:
    """Makes the dataset with a full table `people`, and a table `ledger` whose schema has everything a schema can."""
    client.create_dataset(f"demo.{DATASET}", exists_ok=True)
    rows = [row(at) for at in range(ROWS)]
    create(client, "people", {"schema": {"fields": FIELDS}})
    assert client.insert_rows_json(f"demo.{DATASET}.people", rows) == []
    return rows


def create(client: bigquery.Client, table: str, resource: dict[str, Any]) -> None:
    """Makes a table from a resource as it is, members included that Google's classes do not know."""
    reference = {"projectId": "demo", "datasetId": DATASET, "tableId": table}
    client._connection.api_request(method="POST", path=f"/projects/demo/datasets/{DATASET}/tables",
                                   data={"tableReference": reference, **resource})


def resource_of(client: bigquery.Client, table: str) -> dict[str, Any]:
    return client._connection.api_request(method="GET", path=f"/projects/demo/datasets/{DATASET}/tables/{table}")


def planted(rows: list[dict[str, Any]]) -> set[str]:
    """Every text of the rows that is long enough to be told from chance."""
    found: set[str] = set()

    def collect(value: Any) -> None:
        if isinstance(value, dict):
            for inner in value.values():
                collect(inner)
        elif isinstance(value, list):
            for inner in value:
                collect(inner)
        elif isinstance(value, str) and len(value) >= 8:
            found.update({value, value.replace(" ", "").replace("-", "")})
    collect(rows)
    return found - {"2025-03-01", "20250301"}

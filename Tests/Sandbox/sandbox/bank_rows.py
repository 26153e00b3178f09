"""The bank's rows: the same on every start (one seed), as `tabledata.insertAll` takes them.

The transactions are a query of DuckDB's instead, because 50,000 rows through Python would double the start-up time.
"""

from __future__ import annotations

import base64
import random
from typing import Any

Row = dict[str, Any]
SEED = 20250917
CUSTOMERS = 240
ACCOUNTS = 400
TRANSACTIONS = 50_000
EVENTS_PER_DAY = 120

_SEGMENTS = ["retail", "retail", "retail", "private", "business", None]
_CITIES = ["Zürich", "Kraków", "Lisboa", "Oslo", "São Paulo", "München", "東京", "Reno"]
_FIRST = ["Ada", "Grace", "Linus", "Mårten", "Noor", "Zoë", "李", "Öznur"]
# `i` counts from 1; each `mix` spreads it over 2^32 by a multiplier of its own (Knuth's multiplicative hash).
TRANSACTIONS_QUERY = f"""
    SELECT i, 1000 + mix1 % {ACCOUNTS},
           make_timestamptz((1735689600 + (i % 3) * 2678400 + mix2 % 1382400) * 1000000::BIGINT + mix1 % 1000000),
           CAST((8675309000 + i % 1000) * (CASE WHEN i % 3 = 0 THEN 1 ELSE -1 END) AS DECIMAL(38, 9))
               + CAST(mix2 % 100 AS DECIMAL(5, 0)) * 0.01,
           ['CHF', 'EUR', 'USD'][1 + mix3 % 3],
           ['Grocer & Sons', 'Railway', 'Coffee, black', 'Books', 'Pharmacy', 'The "Old" Inn',
            'Water works'][1 + mix3 % 7],
           'DE89CANARY' || lpad(CAST(mix3 % 5000 AS VARCHAR), 12, '0'),
           CASE WHEN i % 10 > 0 THEN 'CANARY memo ' || CAST(mix2 % 1000000 AS VARCHAR) END
    FROM (SELECT i, (i * 2654435761) % 4294967296 // 16 AS mix1, (i * 2246822519) % 4294967296 // 16 AS mix2,
                 (i * 3266489917) % 4294967296 // 16 AS mix3
          FROM range(1, {TRANSACTIONS} + 1) AS numbers(i))"""
_ODD_EMAILS: list[str | None] = [
    None, "", "@", "CANARY", "CANARY@", "@example.org", "CANARY@one@two.example", "canary.lower@example.com",
    "CANARY.Öznur@bücher.example", "CANARY o'neil@example.com", "CANARY@EXAMPLE.COM", "CANARY\n@example.com",
    " CANARY@example.com ", "CANARY@example.com@"]
_ODD_SSNS: list[str | None] = [
    None, "", "1", "12", "123", "1234", "12345", "é", "éçàü", "CANARY-😀", "XXXXX6789"]
_NOTES = [None, "", "CANARY asked {} times", "CANARY: \"quoted\", tab\t, back\\slash {}"]


def of(table: str) -> list[Row]:
    """All rows of one of the bank's tables."""
    dice = random.Random(f"{SEED}/{table}")
    if table.startswith("events_"):
        return [_event(dice, table.removeprefix("events_"), number) for number in range(EVENTS_PER_DAY)]
    makers = {"customers": _customers, "accounts": _accounts, "branches": _branches,
              "all_types": _all_types}
    return makers[table](dice)


def _customers(dice: random.Random) -> list[Row]:
    rows = [_customer(dice, number) for number in range(1, CUSTOMERS + 1)]
    for row, email in zip(rows, _ODD_EMAILS, strict=False):
        row["email"] = email
    for row, ssn in zip(rows, _ODD_SSNS, strict=False):
        row["ssn"] = ssn
    for number in (20, 21, 22):  # ties in every tagged column that a query may group or join by
        rows[number] |= {name: rows[19][name] for name in ("email", "ssn", "full_name", "birth_date", "credit_limit")}
    rows[30] |= {"address": None, "contacts": []}
    rows[31]["address"] = {"street": None, "city": None, "zip": None}
    rows[32]["contacts"] = [{"kind": "email", "value": None}, {"kind": None, "value": "CANARY only value"}]
    rows.append({"customer_id": CUSTOMERS + 1, "contacts": []})
    return rows


def _customer(dice: random.Random, number: int) -> Row:
    first = dice.choice(_FIRST)
    phone = f"+41 CANARY {dice.randrange(10**9):09d}"
    return {
        "customer_id": number, "full_name": f"{first} CANARY {number:03d}",
        "email": f"CANARY.{first.lower()}{number}@{dice.choice(['example.com', 'mail.example', 'bank.example'])}",
        "ssn": f"CANARY-{number % 900 + 100}-{dice.randrange(10**4):04d}", "phone": phone if number % 11 else None,
        "birth_date": f"{dice.randrange(1931, 2008)}-09-17" if number % 13 else None,
        "segment": dice.choice(_SEGMENTS), "credit_limit": None if number % 17 == 0 else f"8675309{number:03d}.25",
        "home_address": f"CANARY Gasse {number}, {dice.choice(_CITIES)}" if number % 7 else None,
        "service_note": (note := dice.choice(_NOTES)) and note.format(number),
        "pin_hash": base64.b64encode(b"CANARY" + dice.randbytes(10)).decode() if number % 5 else None,
        "created_at": f"2024-{dice.randrange(1, 9):02d}-{dice.randrange(1, 16):02d} {dice.randrange(24):02d}:30:00 UTC",
        "address": {"street": f"CANARY street {number}", "city": dice.choice(_CITIES), "zip": f"CANARY {number:05d}"},
        "contacts": [{"kind": kind, "value": f"CANARY {kind} {number}"}
                     for kind in ("email", "phone", "fax")[:dice.randrange(4)]],
    }


def _accounts(dice: random.Random) -> list[Row]:
    return [{"account_id": 1000 + number, "customer_id": dice.randrange(1, CUSTOMERS + 10),
             "iban": f"CH93CANARY{number:011d}" if number % 19 else None,
             "kind": dice.choice(["current", "savings", "loan"]),
             "balance": None if number % 23 == 0 else f"{'-' if number % 4 == 0 else ''}8675309{number % 97:02d}.5",
             "opened_on": f"{dice.randrange(1999, 2025)}-{dice.randrange(1, 9):02d}-{dice.randrange(1, 29):02d}",
             "flags": dice.sample(["dormant", "joint", "online", "paper"], dice.randrange(4))}
            for number in range(ACCOUNTS)]


def _branches(dice: random.Random) -> list[Row]:
    hours = [{"day": "Mon", "opens": "08:00:00", "closes": "17:30:00"},
             {"day": "Sat", "opens": "09:15:00", "closes": None}]
    return [{"branch_id": number, "name": f"Branch {number}", "city": city, "opened_on": f"19{80 + number}-05-04",
             "location": f"POINT({number}.5 {-number})", "opening_hours": hours[:number % 3]}
            for number, city in enumerate(_CITIES, start=1)] + [{"branch_id": 99, "name": None, "opening_hours": []}]


def _all_types(_: random.Random) -> list[Row]:
    blob = base64.b64encode(b"CANARY\x00\xff").decode()
    return [
        {"id": 1, "c_string": "CANARY-ütf-8 '\"\\`", "c_bytes": blob, "c_int64": 8675309, "c_float64": 8675309.125,
         "c_numeric": "8675309.123456789", "c_bignumeric": "8675309.1234567890123456789", "c_bool": True,
         "c_date": "1984-09-17", "c_datetime": "1984-09-17T08:07:53.090001", "c_time": "08:06:07.530900",
         "c_timestamp": "1984-09-17 08:07:53.090001 UTC", "c_geography": "POINT(8.675309 -8.675309)",
         "c_json": '{"who": "CANARY", "list": [1, null, {"n": 8675309}]}', "c_interval": "1-2 3 8:6:7.5309",
         "c_range_date": "[1984-09-17, 1985-09-17)"},
        {"id": 2, "c_string": "", "c_bytes": "", "c_int64": "-9223372036854775808", "c_float64": "NaN",
         "c_numeric": "-99999999999999999999999999999.999999999", "c_bignumeric": "-0.0000000000000000001",
         "c_bool": False, "c_date": "0001-01-01", "c_datetime": "0001-01-01T00:00:00", "c_time": "00:00:00",
         "c_timestamp": "0001-01-01 00:00:00 UTC", "c_geography": "LINESTRING(0 0, 1 1)", "c_json": "null",
         "c_interval": "0-0 0 0:0:0", "c_range_date": "[UNBOUNDED, 1984-09-17)"},
        {"id": 3, "c_string": "abcd", "c_bytes": "AAEC", "c_int64": "9223372036854775807", "c_float64": "Infinity",
         "c_numeric": "99999999999999999999999999999.999999999", "c_bignumeric": "1234567890123456789.5",
         "c_bool": True, "c_date": "9999-12-31", "c_datetime": "9999-12-31T23:59:59.999999",
         "c_time": "23:59:59.999999", "c_timestamp": "9999-12-31 23:59:59.999999 UTC",
         "c_geography": "POLYGON((0 0, 1 0, 1 1, 0 0))", "c_json": "[]", "c_interval": "-1-2 -3 -4:5:6.789",
         "c_range_date": "[1984-09-17, UNBOUNDED)"},
        {"id": 4, "c_string": "😀CANARY😀", "c_bytes": "/w==", "c_int64": 9007199254740993,
         "c_float64": "-Infinity", "c_numeric": "0", "c_bignumeric": "0", "c_json": '"CANARY"'},
        {"id": 5},
    ]


def _event(dice: random.Random, day: str, number: int) -> Row:
    user = dice.randrange(40)
    return {
        "event_date": day,
        "event_timestamp": 1_740_787_200_000_000 + int(day[-2:]) * 86_400_000_000 + number * 1_000_000,
        "event_name": dice.choice(["page_view", "purchase", "login", "session_start"]),
        "event_params": [
            {"key": "page", "value": {"string_value": f"/CANARY/{user}", "int_value": None, "double_value": None}},
            {"key": "engagement_ms", "value": {"string_value": None, "int_value": number, "double_value": 0.5}},
            {"key": "empty", "value": None}][:dice.randrange(4)],
        "user_id": f"CANARY-user-{user}" if user % 4 else None, "user_pseudo_id": f"pseudo.{user}",
        "device": {"category": dice.choice(["mobile", "desktop"]), "language": "de-ch"},
        "geo": {"country": dice.choice(["Switzerland", "Norway"]), "city": f"CANARY {dice.choice(_CITIES)}"},
        "items": [{"item_id": f"SKU{item}", "item_name": f"Item {item}", "price": 8675309.5 + item}
                  for item in range(dice.randrange(3))],
    }

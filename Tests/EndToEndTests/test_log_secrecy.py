"""The server's own log at its most talkative, through good and bad calls with marks in every place that a caller can
write to: no SQL, value, argument, header or token is in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import audit_files
import requests
from agent import connected
from canary import found_in
from google_front import write_secret
from proxy import configure, serving

MARK = "LoGmArK"
QUERIES = [
    f"SELECT email, '{MARK}1' AS x FROM customers WHERE name <> '{MARK}2' LIMIT 3",  # well
    f"SELECT {MARK}3 FROM customers", f"SELEKT {MARK}4", f"SELECT * FROM {MARK}5.customers",
    f"SELECT SAFE_CAST(email AS INT64), ERROR('{MARK}6') FROM customers",
    f"DELETE FROM customers WHERE name = '{MARK}7'",
    f"SELECT @p_{MARK}8 FROM customers", f"SELECT CAST('{MARK}9' AS INT64) AS n FROM transactions",
    f"/* {MARK}10 */ SELECT 1 AS {MARK}11",
]


def post(url: str, body: bytes, **headers: str) -> int:
    standard = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    return requests.post(url, data=body, headers=standard | headers, timeout=10).status_code


def test_the_log_at_its_most_talkative_shows_nothing(warehouse: Any, faults: Any, tmp_path: Path) -> None:
    key = write_secret(tmp_path / "key.json", Path(warehouse.key_file).read_text())
    config = configure(tmp_path / "proxy", warehouse.url, key, log={"level": "debug"})
    with serving(config) as proxy:
        with connected(proxy.url, "auto") as agent:
            for sql in QUERIES:
                agent.call("query", sql=sql)
                agent.call("estimate_query", sql=sql)
            parameter = {"name": "a", "type": "STRING", "value": f"{MARK}12"}
            agent.call("query", sql="SELECT @a AS a", parameters=[parameter])
            agent.call("fetch_page", cursor=f"{MARK}13")
            agent.call("get_job", job_id=f"{MARK}14")
            agent.call("describe_table", table=f"bank.{MARK}15")
            faults(requests=[{"method": "GET", "path": "/queries/", "times": 2, "answer": "html_error"}],
                   jobs=[{"sql": "1973", "error": "invalidQuery"}])
            agent.call("query", sql=f"SELECT {1973} AS x, '{MARK}16' AS y FROM customers")
            agent.call("query", sql=QUERIES[0])
            key.write_text(f"{MARK}17")
        for number, body in enumerate([b"{", b"[]", json.dumps({"jsonrpc": "2.0", "id": f"{MARK}18",
                                                               "method": f"{MARK}19"}).encode()]):
            post(proxy.url, body, Authorization=f"Bearer {MARK}20-{number}", **{f"X-{MARK}21": f"{MARK}22"})
        requests.get(proxy.url + f"/{MARK}23?{MARK}24", timeout=10)
        proxy.child.send_signal(1)
        with connected(proxy.url, "legacy") as agent:
            agent.call("query", sql=QUERIES[0])
        output = proxy.output.read_bytes()
        refused = [entry for entry in audit_files.entries(proxy.audit) if entry["type"] == "request_refused"]
    output = proxy.output.read_bytes()
    # The log says something, and says it of these calls.
    assert output.count(b" debug ") > 10 and b"tools/call" in output and refused
    assert b"THE CREDENTIAL WAS NOT RELOADED" in output
    at = output.lower().find(MARK.lower().encode())
    assert at < 0, output[max(0, at - 300):at + 100]
    assert not found_in(output)
    private = [line for line in json.loads(Path(warehouse.key_file).read_text())["private_key"].splitlines()
               if len(line) == 64]
    assert private and not [line for line in private if line.encode() in output]
    assert b"Bearer" not in output and b"ya29" not in output

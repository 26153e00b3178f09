"""`make demo`: a small bank on the sandbox, Scrim before it, one agent's session, and what an auditor sees of it.

Everything printed comes from the running programs: the agent is PyPI's `mcp` client, the log is read by `scrim audit`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

from mcp.client import Client

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / ".demo"

CONFIGURATION = """\
# Written by `make demo`; every key is described in docs/configuration.md.
listen: {{host: 127.0.0.1, port: {port}}}
bigquery:
  project: demo
  location: US
  default_dataset: bank
  datasets: [bank, analytics]
  endpoint: {endpoint}
  credentials: {{service_account_file: {key}}}
identity:
  resource: http://127.0.0.1:{port}/mcp
  development_principal: {{subject: dev@example.com, roles: [analyst]}}
mapping: {mapping}
keys: {{tokens: {{file: keys/tokens}}, sealing: {{file: keys/sealing}}, audit: {{file: keys/audit}}}}
audit: {{directory: audit}}
limits: {{max_bytes_billed: 100GB, page_rows: 100, page_bytes: 40kB, query_timeout: 300s, session_hours: 12}}
"""

MASKED_SQL = "SELECT customer_id, full_name, email, ssn, birth_date, segment FROM customers WHERE customer_id > 20 ORDER BY customer_id LIMIT 5"
PAGED_SQL = "SELECT transaction_id, booked_at, amount, counterparty_iban FROM transactions ORDER BY transaction_id LIMIT 6"


@contextmanager
def process(command: list[str], ready_on: str):
    """Runs a server until the block ends; yields the words of its `ready …` line."""
    pipes = {"stdout": subprocess.PIPE, "stderr": None} if ready_on == "stdout" else {"stderr": subprocess.PIPE}
    child = subprocess.Popen(command, text=True, cwd=ROOT, start_new_session=True, **pipes)
    stream = child.stdout if ready_on == "stdout" else child.stderr
    try:
        lines = []
        for line in stream:
            if line.startswith("ready "):
                break
            lines.append(line)
        else:
            sys.exit(f"{command[0]} did not start:\n{''.join(lines)}")
        log = (DEMO / f"{Path(command[0]).name}.log").open("w")
        log.writelines(lines)
        # What the server writes later goes to a file, so that the pipe never fills.
        subprocess.Popen(["cat"], stdin=stream, stdout=log, start_new_session=True)
        yield line.split()[1:]
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()


def heading(text: str) -> None:
    print(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n{text}")


def table(columns: list[str], rows: list[list]) -> None:
    cells = [columns, *[["NULL" if cell is None else str(cell) for cell in row] for row in rows]]
    widths = [max(len(row[index]) for row in cells) for index in range(len(columns))]
    for number, row in enumerate(cells):
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
        if number == 0:
            print("  " + "  ".join("-" * width for width in widths))


async def call(client: Client, tool: str, **arguments) -> dict:
    result = await client.call_tool(tool, arguments)
    if result.is_error:
        sys.exit(f"{tool} failed: {result.content[0].text}")
    return result.structured_content


async def agent_session(url: str) -> list[str]:
    """List, describe, query, page, as an agent would; returns the job IDs it was told."""
    async with Client(url, mode="auto") as client:
        heading("list_tables bank")
        tables = (await call(client, "list_tables", dataset="bank"))["tables"]
        table(["table", "type"], [[item["table"], item["type"]] for item in tables])

        heading("describe_table customers: what this caller's role sees of each column")
        columns = (await call(client, "describe_table", table="customers"))["columns"]
        table(
            ["column", "type", "masked"],
            [
                [c["name"], c["type"], f"{c['masked']['rule']} ({c['masked']['tag']})" if c["masked"] else "-"]
                for c in columns
            ],
        )

        heading(f"query: {MASKED_SQL}")
        answer = await call(client, "query", sql=MASKED_SQL)
        table([c["name"] for c in answer["columns"]], answer["rows"])
        jobs = [answer["job"]["job_id"]]

        heading(f"query, then fetch_page: {PAGED_SQL}")
        page = await call(client, "query", sql=PAGED_SQL, max_rows=3)
        jobs.append(page["job"]["job_id"])
        rows = page["rows"]
        while page["next_cursor"]:
            page = await call(client, "fetch_page", cursor=page["next_cursor"])
            rows += page["rows"]
        table([c["name"] for c in page["columns"]], rows)

        heading("a refusal: SELECT * FROM transactions; DROP TABLE transactions")
        refused = await client.call_tool("query", {"sql": "SELECT * FROM transactions; DROP TABLE transactions"})
        for refusal in json.loads(refused.content[0].text)["refused"]:
            print(f"  {refusal['code']} at line {refusal['line']}, column {refusal['column']}: {refusal['message']}")
            print(f"  fix: {refusal['fix']}")
        return jobs


def audit(scrim: str, *arguments: str) -> None:
    command = [scrim, "audit", *arguments]
    heading("$ scrim audit " + " ".join(arg.replace(str(ROOT) + "/", "") for arg in arguments))
    result = subprocess.run(command, text=True, capture_output=True)
    print("  " + (result.stdout or result.stderr).rstrip().replace("\n", "\n  "))
    if result.returncode != 0:
        sys.exit(f"`scrim audit {arguments[0]}` ended with {result.returncode}")


def how_to_connect(url: str) -> None:
    heading("Connect a client of your own")
    print(f"  Endpoint (streamable HTTP, no sign-in: development principal on loopback): {url}")
    print(f"  Claude Code:  claude mcp add --transport http scrim {url}")
    print(f'  Cursor, .cursor/mcp.json:  {{"mcpServers": {{"scrim": {{"url": "{url}"}}}}}}')
    print("  Python:  async with mcp.client.Client(url) as c: await c.call_tool('query', {'sql': '…'})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scrim", required=True, help="the built executable")
    parser.add_argument("--port", type=int, default=int(os.environ.get("DEMO_PORT", "8080")))
    arguments = parser.parse_args()
    scrim = str(Path(arguments.scrim).resolve())

    # SIGTERM ends the demo as Ctrl-C does, so that no server is left behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    shutil.rmtree(DEMO, ignore_errors=True)
    DEMO.mkdir()
    with ExitStack() as stack:
        print("==> starting the sandbox (a local BigQuery) and loading the bank", flush=True)
        sandbox = [str(ROOT / "Tests/Sandbox/run"), "--port", "0"]
        endpoint, key = stack.enter_context(process(sandbox, ready_on="stdout"))
        configuration = DEMO / "scrim.yaml"
        configuration.write_text(
            CONFIGURATION.format(
                port=arguments.port, endpoint=endpoint, key=key.removeprefix("key="), mapping=ROOT / "mapping"
            )
        )
        print("==> starting scrim", flush=True)
        (url,) = stack.enter_context(process([scrim, "serve", "--config", str(configuration)], ready_on="stderr"))
        jobs = asyncio.run(agent_session(url))

        heading("Job IDs of that session")
        for job in jobs:
            print(f"  {job}")
        audit(scrim, "sessions", "--config", str(configuration))
        audit(scrim, "jobs", "--config", str(configuration))
        audit(scrim, "verify", "--config", str(configuration))
        how_to_connect(url)
        if os.environ.get("DEMO_EXIT") == "1":
            return
        print("\nServing until Ctrl-C.", flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()

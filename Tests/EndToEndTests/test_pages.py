"""Pages: every row exactly once, and handles that are worth nothing to anybody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from agent import Agent, connected
from proxy import Proxy, configure, serving

SQL = "SELECT transaction_id, memo FROM transactions WHERE transaction_id <= 250"


@pytest.mark.parametrize("max_rows", [1, 37, 250, 1000])
def test_every_row_comes_exactly_once(agent: Agent, max_rows: int) -> None:
    limit = 12 if max_rows == 1 else 250
    page = agent.ask("query", sql=f"{SQL} ORDER BY transaction_id LIMIT {limit}", max_rows=max_rows)
    rows, pages = page["rows"], 1
    while page["next_cursor"] is not None:
        assert page["row_count"] == len(page["rows"]) == max_rows and page["truncated"] is True
        page = agent.ask("fetch_page", cursor=page["next_cursor"], max_rows=max_rows)
        rows, pages = rows + page["rows"], pages + 1
    assert [row[0] for row in rows] == list(range(1, limit + 1))
    assert pages == -(-limit // max_rows) and page["truncated"] is False and page["total_rows"] == str(limit)


def test_a_cursor_can_be_used_again(agent: Agent) -> None:
    first = agent.ask("query", sql=f"{SQL} ORDER BY transaction_id", max_rows=10)
    second = agent.ask("fetch_page", cursor=first["next_cursor"], max_rows=10)
    assert agent.ask("fetch_page", cursor=first["next_cursor"], max_rows=10)["rows"] == second["rows"]


def test_pages_stay_below_their_bytes(agent: Agent) -> None:
    page = agent.ask("query", sql="SELECT transaction_id, REPEAT('x', 10000) AS x FROM transactions "
                                  "WHERE transaction_id <= 60", max_rows=500)
    assert page["truncated"] is True and 1 <= page["row_count"] < 60
    total = page["row_count"]
    while page["next_cursor"] is not None:
        page = agent.ask("fetch_page", cursor=page["next_cursor"])
        total += page["row_count"]
    assert total == 60


def changed(text: str) -> list[str]:
    """Forgeries of a handle: one character changed at the start, the middle and the end, cut, and lengthened."""
    def flip(at: int) -> str:
        return text[:at] + ("a" if text[at] != "a" else "b") + text[at + 1:]
    return [flip(0), flip(len(text) // 2), flip(len(text) - 2), text[:-4], text + "aaaa", ""]


def test_a_forged_cursor_is_unknown(agent: Agent) -> None:
    cursor = agent.ask("query", sql=f"{SQL} ORDER BY transaction_id", max_rows=10)["next_cursor"]
    unknown = agent.call("fetch_page", cursor="nothing")
    assert unknown.is_error
    for forged in changed(cursor)[:-1]:
        assert agent.call("fetch_page", cursor=forged).codes == unknown.codes


def test_a_forged_job_id_is_unknown(agent: Agent) -> None:
    job_id = agent.ask("query", sql="SELECT 1 AS one")["job"]["job_id"]
    for tool in ("get_job", "cancel_job"):
        unknown = agent.call(tool, job_id="nothing")
        assert unknown.is_error
        for forged in changed(job_id)[:-1]:
            answer = agent.call(tool, job_id=forged)
            assert answer.codes == unknown.codes
            assert answer.refused[0]["message"].replace(forged, "X") == \
                unknown.refused[0]["message"].replace("nothing", "X")


@pytest.fixture(scope="module")
def stranger(proxy: Proxy, warehouse, transcripts: list[str], tmp_path_factory: pytest.TempPathFactory):
    """Another person, on a replica with the same keys and the same role."""
    directory: Path = tmp_path_factory.mktemp("stranger")
    (directory / "keys").mkdir()
    for name in ("tokens", "sealing"):
        copied = directory / "keys" / name
        copied.touch(mode=0o600)
        copied.write_bytes((proxy.directory / "keys" / name).read_bytes())
    config = configure(directory, warehouse.url, warehouse.key_file, identity={
        "development_principal": {"subject": "other@example.com", "roles": ["analyst"]}})
    with serving(config) as started, connected(started.url, "auto") as made:
        made.transcript = transcripts
        yield made


def test_what_belongs_to_another_person_is_as_if_absent(agent: Agent, stranger: Agent) -> None:
    page = agent.ask("query", sql=f"{SQL} ORDER BY transaction_id", max_rows=10)
    job_id, cursor = page["job"]["job_id"], page["next_cursor"]
    for tool in ("get_job", "cancel_job"):
        foreign, absent = stranger.call(tool, job_id=job_id), stranger.call(tool, job_id="nothing")
        assert foreign.text.replace(job_id, "X") == absent.text.replace("nothing", "X")
    foreign, absent = stranger.call("fetch_page", cursor=cursor), stranger.call("fetch_page", cursor="nothing")
    assert foreign.text.replace(cursor, "X") == absent.text.replace("nothing", "X")
    assert agent.ask("fetch_page", cursor=cursor)["row_count"] > 0, "and it is still the owner's"


def test_sessions_tell_people_apart(agent: Agent, stranger: Agent) -> None:
    mine = agent.ask("query", sql="SELECT 1 AS one")["session"]
    assert mine == agent.ask("query", sql="SELECT 2 AS two")["session"]
    assert mine != stranger.ask("query", sql="SELECT 1 AS one")["session"]
    assert 1 <= len(mine) <= 40 and mine == mine.lower() and mine.isalnum()

"""sqlglot's parser for BigQuery; pure Python or compiled, by which of the two stands on `PYTHONPATH`."""

import logging
import sys
from pathlib import Path

import sqlglot.parser
from sqlglot import exp

sys.path.insert(0, str(Path(__file__).resolve().parent))

from serving import Text, serve  # noqa: E402

logging.disable(logging.WARNING)  # it warns of each statement that it falls back on
is_compiled = not (sqlglot.parser.__file__ or "").endswith(".py")
if is_compiled != (sys.argv[1] == "compiled"):
    sys.exit(f"sqlglot is {'compiled' if is_compiled else 'pure Python'} in {sqlglot.parser.__file__}")


def prepare(text: Text) -> object:
    sql = text["sql"]
    return lambda: sqlglot.parse(sql, read="bigquery")


def accepts(text: Text) -> bool:
    try:
        trees = sqlglot.parse(text["sql"], read="bigquery")
    except Exception:  # noqa: BLE001  it has several kinds of errors, and lets some of Python's through
        return False
    # A Command is a statement whose text it keeps unread.
    return not any(isinstance(tree, exp.Command) for tree in trees)


serve(accepts, prepare)

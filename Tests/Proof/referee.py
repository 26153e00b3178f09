"""What differs on the sandbox, asked of Google's own evaluator.

The sandbox's engine translates GoogleSQL, and now and then one of two texts that mean the same in another way. Where
Google's evaluator runs both texts and gives the same rows, the difference is the engine's. So is an error of the engine
at what Scrim prints, where Google's analyzer takes that and gives it the columns of the query as it was. Calls of the
dataset's functions are written out for them. What these cannot tell, and what has parameters, stays a difference.
"""

from __future__ import annotations

from pathlib import Path

from generator import Query
from google_run import analyzed, run_on
from google_side import GoogleSide
from shard import Failure
from written_functions import without_dataset

# Of so many queries the engine may get one wrong; more say that something else is wrong.
ENGINE_ONE_OF = 1000
# What comes of an error of the engine.
ENGINE_ERROR = 'Scrim: [{"code": "upstream.invalid_query"'


def ruled(failures: list[Failure], directory: Path) -> tuple[list[Failure], list[Failure]]:
    """The differences that are the engine's alone, and all others."""
    engines: list[Failure] = []
    others: list[Failure] = []
    side: GoogleSide | None = None
    for at, failure in enumerate(failures):
        is_same = False
        if failure.engine == "sandbox" and not failure.parameters:
            side = side or GoogleSide()
            query = Query(failure.sql, failure.role, set(), set(), failure.is_ordered, failure.parameters,
                          direct=without_dataset(failure.direct or failure.sql))
            queries = [(failure.number, query)]
            tally = run_on(side, queries, directory / f"referee{at}")
            is_same = tally.compared == 1 and not tally.canaries
            if not is_same and failure.what.startswith(ENGINE_ERROR):
                tally = analyzed(queries, directory / f"analyzer{at}", side)
                is_same = tally.compared == 1 and not tally.canaries
        (engines if is_same else others).append(failure)
    return engines, others

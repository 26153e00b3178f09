"""`make fuzz-sql`: our parser against ZetaSQL's on random statements and on damaged ones.

The same SEED, COUNT and AREAS give the same texts, as long as golden files, corpus and grammar are the same. A difference
that is not among `known_differences.py` is made small and written to `Tests/GoogleSQLTests/Regressions`; then the exit
code is 1.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "Reference")]

import regressions  # noqa: E402
import seeds  # noqa: E402
import vocabulary  # noqa: E402
from comparison import Comparison, Outcome, Text  # noqa: E402
from grammar import Grammar  # noqa: E402
from known_differences import known  # noqa: E402
from minimisation import smallest  # noqa: E402
from mutation import mutated  # noqa: E402

BATCH = 400
BYTES_MAX = 20_000
# Where an error of the same text may be reported elsewhere.
POSITIONS_EQUAL_MIN = 0.95
# Start rules of the grammar, by area: rule, kind of text, how often.
AREAS = {
    "queries": [("query", "statement", 10)],
    "graph": [("graph_statement", "statement", 4)],
    "manipulation": [("manipulation", "statement", 4)],
    "create": [("create", "statement", 4)],
    "alter": [("alter", "statement", 3)],
    "transfer": [("transfer", "statement", 2)],
    "permission": [("permission", "statement", 1)],
    "scripts": [("script", "script", 4)],
}


class Source:
    """Texts in an endless row."""

    def __init__(self, seed: int, areas: set[str]) -> None:
        self._random = Random(seed)
        self._grammar = Grammar(areas)
        self._starts = [start for area in AREAS if area in areas for start in AREAS[area]]
        self._golden = seeds.of_areas(seeds.golden(), areas)
        self._corpus = seeds.of_areas(seeds.corpus(), areas)
        self._others = [text.sql for text in self._golden + self._corpus]
        self.summary = f"{len(self._golden)} golden and {len(self._corpus) or 'no'} corpus statements to damage"

    def __iter__(self) -> Iterator[tuple[str, Text]]:
        ways = {"generated": 8, "generated, damaged": 4, "golden, damaged": 3, "corpus, damaged": 5 if self._corpus else 0}
        while True:
            way = self._random.choices(list(ways), list(ways.values()))[0]
            if way.startswith("generated"):
                text = self._generated()
            else:
                text = self._random.choice(self._golden if way.startswith("golden") else self._corpus)
            if way.endswith("damaged"):
                text = text._replace(sql=mutated(text.sql, self._random, self._others))
            if len(text.sql) <= BYTES_MAX and _is_sendable(text.sql):
                yield way, text

    def _generated(self) -> Text:
        rule, kind, _ = self._random.choices(self._starts, [start[2] for start in self._starts])[0]
        depth = self._random.choice([4, 6, 8, 10, 12])
        return Text(kind, vocabulary.text_of(self._grammar.generate(rule, self._random, depth), self._random))


def _is_sendable(sql: str) -> bool:
    """Whether both doors take it: neither JSON's nor protocol buffers' texts can hold half a surrogate."""
    return not any("\ud800" <= character <= "\udfff" for character in sql)


class Run:
    def __init__(self, comparison: Comparison, minimises_positions: bool) -> None:
        self._comparison = comparison
        self._kinds = {"error elsewhere"} if not minimises_positions else set()
        self.counts: Counter[str] = Counter()
        self.by_way: Counter[str] = Counter()
        self.known: Counter[str] = Counter()
        self.elsewhere: Counter[str] = Counter()
        self.examples: dict[str, Outcome] = {}
        self.found: dict[str, Path] = {}

    def add(self, way: str, outcome: Outcome) -> None:
        self.by_way[way] += 1
        theirs = outcome.theirs
        self.counts["not told by theirs" if theirs is None else "accepted" if theirs.accepted else "refused"] += 1
        if theirs and theirs.accepted and theirs.references:
            self.counts["references"] += len(theirs.references)
        difference = outcome.difference
        if difference is None:
            return
        if meant := known(outcome):
            self.known[meant.name] += 1
        elif difference.kind in self._kinds:
            self.elsewhere[difference.signature] += 1
            self.examples.setdefault(difference.signature, outcome)
        else:
            self.counts[difference.kind] += 1
            if difference.signature not in self.found:
                self._keep(outcome)

    def _keep(self, outcome: Outcome) -> None:
        """Makes the text small, and writes it down unless the same was found before."""
        signature = outcome.difference.signature
        small = smallest(outcome.text.sql, lambda candidates: self._same(outcome, candidates))
        least = next(self._comparison.outcomes([outcome.text._replace(sql=small)]))
        if least.difference is None or least.difference.signature != signature:
            least = outcome
        self.found[signature] = regressions.write(least)
        print(f"\n{signature.split(':')[0].upper()}: {least.text.sql!r}\n  {least.difference.detail}", flush=True)

    def _same(self, outcome: Outcome, candidates: list[str]) -> Iterator[bool]:
        for one in self._comparison.outcomes([outcome.text._replace(sql=sql) for sql in candidates]):
            yield one.difference is not None and one.difference.signature == outcome.difference.signature and not known(one)

    def report(self, seconds: float, positions_shown: int) -> bool:
        """Prints the summary; says whether all is as it should be."""
        total = sum(self.by_way.values())
        print(f"\n{total:,} texts in {seconds:.0f} s: " + ", ".join(f"{n:,} {way}" for way, n in self.by_way.items()))
        print(", ".join(f"{n:,} {name}" for name, n in self.counts.items()))
        if self.known:
            print("meant differences: " + ", ".join(f"{n:,} {name}" for name, n in self.known.most_common()))
        elsewhere = sum(self.elsewhere.values())
        equal = 1 - elsewhere / max(1, self.counts["refused"])
        print(f"place of the first error equal in {equal:.2%} of what both refuse")
        for signature, count in self.elsewhere.most_common(positions_shown):
            one = self.examples[signature]
            print(f"  {count} × {one.text.sql[:300]!r}\n      {one.difference.detail}")
        for path in self.found.values():
            print(f"written: {path.relative_to(seeds.ROOT)}")
        return not self.found and equal >= POSITIONS_EQUAL_MIN


def record(arguments: argparse.Namespace) -> None:
    """Keeps texts of which somebody knows that they were read wrongly."""
    texts = [Text("script" if arguments.script else "statement", sql) for sql in arguments.record]
    for outcome in Comparison(arguments.scrim).outcomes(texts):
        print(f"{regressions.write(outcome).name}: {outcome.difference.detail if outcome.difference else 'no difference'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scrim", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, help="end after this time even if there are texts left")
    parser.add_argument("--areas", default="queries", help=f"any of {','.join(AREAS)}, or `all`")
    parser.add_argument("--positions", type=int, default=0, help="show so many kinds of errors at another place")
    parser.add_argument("--minimise-positions", action="store_true", help="treat those like other differences")
    parser.add_argument("--record", action="append", metavar="SQL", help="write this text as a regression, and no more")
    parser.add_argument("--script", action="store_true", help="what is to be recorded is a script")
    arguments = parser.parse_args()
    if arguments.record:
        return record(arguments)
    areas = set(AREAS) if arguments.areas == "all" else set(arguments.areas.split(","))
    source = Source(arguments.seed, areas)
    print(f"seed {arguments.seed}, {arguments.count:,} texts, {', '.join(sorted(areas))}; {source.summary}", flush=True)
    run = Run(Comparison(arguments.scrim), arguments.minimise_positions)
    texts = iter(source)
    start = time.monotonic()
    done = 0
    while done < arguments.count and (arguments.seconds is None or time.monotonic() - start < arguments.seconds):
        batch = [next(texts) for _ in range(min(BATCH, arguments.count - done))]
        outcomes = run._comparison.outcomes([text for _, text in batch])
        for (way, _), outcome in zip(batch, outcomes, strict=True):
            run.add(way, outcome)
        done += len(batch)
        print(f"\r{done:,} texts, {len(run.found)} differences", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    sys.exit(0 if run.report(time.monotonic() - start, arguments.positions) else 1)


if __name__ == "__main__":
    main()

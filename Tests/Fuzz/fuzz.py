"""`make fuzz`: libFuzzer on lexer and parser, from the statements of the golden files.

What ends the process (a trap, or a broken invariant: `FuzzFailure.swift`) is made small and kept in `Crashes/`, which
`RegressionTests.swift` replays. The exit code is then 1.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "Differential"), str(HERE.parent / "Reference")]

import seeds  # noqa: E402
from words import COMMON_WORDS, RESERVED_WORDS  # noqa: E402

BYTES_MAX = 2_000
MINIMISING_SECONDS = 30
CRASHES = HERE / "Crashes"
# Swift's own handler of signals would leave libFuzzer none.
ENVIRONMENT = os.environ | {"SWIFT_BACKTRACE": "enable=no"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fuzzer", type=Path, required=True)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path, required=True, help="where inputs that reach new code are kept between runs")
    arguments = parser.parse_args()
    arguments.corpus.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(seeds.golden()):
        (arguments.corpus / f"golden-{number}").write_text(text.sql)
    dictionary = arguments.corpus.with_suffix(".dict")
    dictionary.write_text("".join(f'"{word}"\n' for word in RESERVED_WORDS + COMMON_WORDS))
    with tempfile.TemporaryDirectory() as directory:
        print(f"fuzzing for {arguments.seconds} s, seed {arguments.seed}", flush=True)
        ran = subprocess.run(
            [arguments.fuzzer, arguments.corpus, f"-max_total_time={arguments.seconds}", f"-seed={arguments.seed}",
             f"-max_len={BYTES_MAX}", f"-dict={dictionary}", f"-artifact_prefix={directory}/", "-print_final_stats=1",
             "-timeout=10", "-rss_limit_mb=2048", "-verbosity=0"],
            capture_output=True, text=True, errors="replace", env=ENVIRONMENT, check=False)
        print("\n".join(line for line in ran.stderr.splitlines() if "executed_units" in line or "new_units" in line))
        found = [keep(arguments.fuzzer, path) for path in sorted(Path(directory).iterdir())]
    if ran.returncode and not found:
        sys.exit(f"the fuzzer ended with {ran.returncode}:\n{ran.stderr[-3_000:]}")
    for path in found:
        print(f"found: {path.relative_to(seeds.ROOT)}\n{path.read_bytes()[:500]!r}")
    if found:
        print(ran.stderr[-2_000:])
    sys.exit(1 if found else 0)


def keep(fuzzer: Path, crash: Path) -> Path:
    """Makes an input that ends the process small, and puts it where the tests replay it."""
    least = crash.with_suffix(".least")
    subprocess.run([fuzzer, "-minimize_crash=1", f"-exact_artifact_path={least}", f"-max_total_time={MINIMISING_SECONDS}", crash],
                   capture_output=True, env=ENVIRONMENT, check=False)
    content = (least if least.exists() else crash).read_bytes()
    CRASHES.mkdir(exist_ok=True)
    path = CRASHES / f"{crash.name.split('-')[0]}-{hashlib.sha256(content).hexdigest()[:8]}"
    path.write_bytes(content)
    return path


if __name__ == "__main__":
    main()

"""`python -m sandbox`: see `Tests/Sandbox/run --help`."""

import os
import sys

import structlog

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))  # before the emulator logs its imports
extensions = os.path.join(sys.prefix, "duckdb")
if os.path.isdir(extensions):
    os.environ["HOME"] = extensions  # where DuckDB finds the spatial extension that `setup` put there

from .server import main  # noqa: E402

main()

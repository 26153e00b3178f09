"""Processes that work for a run, and end when it does, however it ends."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, NoReturn

# From linux/prctl.h: asks for a signal when the parent is gone, also where it was killed.
_PR_SET_PDEATHSIG = 1


@contextmanager
def workers(count: int) -> Iterator[ProcessPoolExecutor]:
    """A pool; SIGTERM to this process ends it and its workers."""
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"), initializer=_end_with,
                                 initargs=(os.getpid(),)) as pool:
            try:
                yield pool
            except BaseException:
                for child in multiprocessing.active_children():
                    child.terminate()
                raise
    finally:
        signal.signal(signal.SIGTERM, before)


def worked(work: Callable[..., Any], *arguments: Any) -> Any:
    """What a worker does for a job: once it has been told to end, the pool gives it no other one."""
    try:
        return work(*arguments)
    except SystemExit:
        os._exit(1)


def _end_with(parent: int) -> None:
    signal.signal(signal.SIGTERM, _leave)
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent:  # it was gone before the call
        _leave()


def _leave(*_: object) -> NoReturn:
    """An exception, so that sandboxes and servers are stopped on the way out."""
    raise SystemExit(1)

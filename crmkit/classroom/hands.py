"""Many small works on several cores, in the order they were given."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")
FEW = 8  # below this, starting other processes takes longer than the work
AT_ONCE = 4  # works sent to a process at a time


def each(work: Callable[[Given], Made], given: Sequence[Given], *, cores: int = 1) -> Iterator[Made]:
    """What `work` makes of each, in order; an error of one ends all.

    Parameters
    ----------
    work : function
        At the top of a module, since other processes import it.
    given : sequence
        What it is given, one after the other.
    cores : int
        More than one only where the main module may be imported anew, as that of the command line.

    >>> list(each(abs, [-2, 3]))
    [2, 3]
    """
    if len(given) < FEW or cores == 1:
        yield from map(work, given)
        return
    # Spawned, not forked: the bar of progress runs in a thread, and a fork would copy its locks.
    with ProcessPoolExecutor(min(cores, len(given)), mp_context=multiprocessing.get_context("spawn")) as hands:
        try:
            yield from hands.map(work, given, chunksize=AT_ONCE)
        except BaseException:
            hands.shutdown(wait=False, cancel_futures=True)
            raise


def cores() -> int:
    """How many this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1

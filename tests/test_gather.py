"""Calls that are done together: each gets its own outcome, in order, and a lone one waits for nobody."""

import asyncio

import pytest

from fedi.gather import MOST, Gather


class Work:
    """Doubles numbers, refuses negative ones, and remembers how many came at once."""

    def __init__(self):
        self.batches = []

    def __call__(self, items):
        self.batches.append(list(items))
        return [ValueError(str(item)) if item < 0 else 2 * item for item in items]


async def thread(call, *args):
    return await asyncio.to_thread(call, *args)


async def test_those_that_wait_go_together_and_get_their_own():
    work = Work()
    gather = Gather(work)
    asked = [gather(number, thread) for number in (1, -2, 3, 4)]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert outcomes[0] == 2
    assert isinstance(outcomes[1], ValueError)
    assert outcomes[2:] == [6, 8]
    assert work.batches == [[1, -2, 3, 4]]
    assert await gather(5, thread) == 10


async def test_a_batch_has_an_end():
    work = Work()
    await asyncio.gather(*(Gather(work)(0, thread) for _ in range(2)))
    gather = Gather(work)
    assert await asyncio.gather(*(gather(n, thread) for n in range(MOST * 2))) == [2 * n for n in range(MOST * 2)]
    assert max(map(len, work.batches)) == MOST


async def test_a_fault_of_the_work_is_told_to_everybody_and_the_next_goes_on():
    def broken(_items):
        raise OSError("no database")

    gather = Gather(broken)
    for outcome in await asyncio.gather(*(gather(n, thread) for n in range(3)), return_exceptions=True):
        assert isinstance(outcome, OSError)
    with pytest.raises(OSError, match="no database"):
        await gather(1, thread)


async def test_a_caller_that_goes_away_takes_nobody_along():
    work = Work()
    gather = Gather(work)
    first = asyncio.create_task(gather(1, thread))
    second = asyncio.create_task(gather(2, thread))
    third = asyncio.create_task(gather(3, thread))
    await asyncio.sleep(0)
    second.cancel()
    assert (await first, await third) == (2, 6)
    assert 2 in [item for batch in work.batches for item in batch], "what was handed in is done"

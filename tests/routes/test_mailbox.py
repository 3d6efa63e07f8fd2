"""The queue of one websocket is asyncio's, for one reader."""

import asyncio
import random

import pytest

from routes.mailbox import Mailbox

pytestmark = pytest.mark.once


async def test_what_is_put_comes_out_in_order_whatever_the_timing() -> None:
    for seed in range(300):
        chance, mailbox = random.Random(seed), Mailbox[int]()
        got: list[int] = []

        async def read(mailbox: Mailbox[int] = mailbox, got: list[int] = got) -> None:
            while len(got) < 20:
                got.append(await mailbox.get())

        reading = asyncio.create_task(read())
        for number in range(20):
            mailbox.put_nowait(number)
            for _ in range(chance.randrange(3)):
                await asyncio.sleep(0)
        await asyncio.wait_for(reading, 1)
        assert got == list(range(20))
        assert mailbox.empty()


async def test_a_reader_who_gives_up_takes_nothing_along() -> None:
    mailbox = Mailbox[int]()
    reading = asyncio.create_task(mailbox.get())
    await asyncio.sleep(0)
    reading.cancel()
    mailbox.put_nowait(1)
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert await mailbox.get() == 1

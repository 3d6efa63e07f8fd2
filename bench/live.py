"""What the benches of live maps have in common."""

import orjson

from bench import http
from bench.holds import DOCUMENT, pair
from bench.house import House


async def hold(house: House, showtime: int, number: int, pairs: int = 1) -> None:
    """Hold the seats with this number, so many pairs at once, over HTTP; RuntimeError if that is refused."""
    seats = [label for each in range(pairs) for label in pair(pairs * number + each)]
    given = {"showtimeId": house.showtime_ids[showtime], "seats": seats}
    body = orjson.dumps({"query": DOCUMENT, "variables": {"i": given}})
    token = house.tokens[number % len(house.tokens)]
    request = http.post("/graphql", body, {"Authorization": f"Bearer {token}"})
    answer = (await http.run(house.server.port, [request], 1, keep_bodies=True)).bodies[0]
    if b'"Hold"' not in answer:
        raise RuntimeError(f"A hold was refused: {answer[:300]!r}")

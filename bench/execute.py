"""CPU of executing one query in this process, without HTTP: our executor beside Strawberry's, on the same schema."""

import time

from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from adapters import adapters_from
from bench.figures import Figure
from bench.house import SECRET, fill
from domain.access import Actor
from models.database import connect, disconnect, migrate
from resolvers.sessions import Device
from schema import build_schema
from schema.calls import Call, Calls
from schema.compiled import CompilingExecutor
from schema.context import Context
from schema.ids import global_id
from schema.loaders import Loaders
from settings import Settings
from tests import services

ROUNDS = 7
EXECUTIONS = 40
MAP = """query Map($id: ID!) { showtime(id: $id) { seatMap { version available seats {
  label row number section x y kind state price { amount currency } } } } }"""
SMALL = "query Small($id: ID!) { showtime(id: $id) { status onSale basePrice { amount currency } } }"


async def measure() -> dict[str, list[Figure]]:
    """The map of 300 seats, nothing of it remembered, and a query without a list."""
    with services.postgres(durable=True) as server:
        settings = Settings(_env_file=None, database_url=server.create(), secret_key=SECRET, demo=False)
        await migrate(settings)
        await connect(settings)
        try:
            figures = await _figures(settings)
        finally:
            await disconnect()
    return {"Executing a query, its reads on PostgreSQL included": figures}


async def _figures(settings: Settings) -> list[Figure]:
    call = Executions(settings, global_id("Showtime", (await fill(1, 300))[0]))
    beside = "the same schema with Strawberry's executor"
    return [
        Figure("CPU per map of 300 seats", *await call.compared(MAP), beside),
        Figure("CPU per small query", *await call.compared(SMALL), beside),
    ]


class Executions:
    """Executes queries about one showtime with either executor."""

    def __init__(self, settings: Settings, showtime_id: str) -> None:
        self._schema = build_schema(settings)
        self._adapters = adapters_from(settings)
        self._calls = Calls(self._schema, settings, self._context)
        self._variables = {"id": showtime_id}

    async def compared(self, query: str) -> tuple[float, str, float]:
        """Milliseconds of CPU with our executor and with the stock one: of rounds by turns, the best of each."""
        ours, stock = [], []
        for _ in range(ROUNDS):
            ours.append(await self._cpu(query, CompilingExecutor))
            stock.append(await self._cpu(query, StrawberryGraphQLCoreExecutionContext))
        return min(ours), "ms", min(stock)

    async def _cpu(self, query: str, executor: type[StrawberryGraphQLCoreExecutionContext]) -> float:
        self._schema.execution_context_class = executor
        began = time.process_time()
        for _ in range(EXECUTIONS):
            await self._execute(query)
        return (time.process_time() - began) / EXECUTIONS * 1000

    async def _execute(self, query: str) -> None:
        operation = await self._calls.read(Call(query, self._variables, None))
        answer = await self._calls.answer(operation, self._context())
        if "errors" in answer:
            raise RuntimeError(str(answer["errors"]))

    def _context(self) -> Context:
        return Context(Actor.anonymous(), self._adapters, "bench", None, Device("", "192.0.2.1"), Loaders())

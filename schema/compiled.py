"""Lists of plain objects, completed by one function made for their selection instead of field by field.

graphql-core spends microseconds on every leaf of every object of a list, mostly to prepare for what a plain attribute
never does: wait, take arguments, fail. Here such a list is completed by a function that was compiled for its selection.
Reading plain attributes has no effects, so whenever anything is unusual (a null where none may be, a foreign class,
a value that does not serialize) the list is given up and the stock code completes it from the start: every error is
the stock code's own.
"""

from collections import OrderedDict
from collections.abc import AsyncIterable, Iterable
from contextlib import suppress
from typing import Any, Self, cast

from graphql import (
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLStreamDirective,
)
from graphql.execution.collect_fields import FieldDetails
from graphql.execution.incremental.incremental_executor import DeliveryGroupMap
from graphql.pyutils import AwaitableOrValue, Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.completers import TYPENAME, Completer, Selection, Unusual, completer_of

WORTH_COMPILING = 10  # objects: to complete so many field by field costs as much as to compile
COMPLETERS_KEPT = 256

Details = list[FieldDetails]
Key = tuple[GraphQLObjectType, bool, Selection]


class Completers:
    """The completers in use, at most so many; a selection gets one once it was worth it."""

    def __init__(self, kept: int = COMPLETERS_KEPT) -> None:
        self._kept = kept
        self._known: OrderedDict[Key, int | Completer | None] = OrderedDict()

    def get(self, key: Key, items: int) -> Completer | None:
        """The completer for a list of so many items; None: there is none yet, or there can be none."""
        known = self._known.get(key, 0)
        if isinstance(known, int):
            known += items
            known = completer_of(*key) if known >= WORTH_COMPILING else known
        self._known[key] = known
        self._known.move_to_end(key)
        if len(self._known) > self._kept:
            self._known.popitem(last=False)
        return None if isinstance(known, int) else known


class CompilingExecutor(StrawberryGraphQLCoreExecutionContext):
    """Strawberry's executor, which completes lists of plain objects at once; nothing else is different."""

    completers = Completers()

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # whatever graphql-core passes on
        super().__init__(*args, **kwargs)
        manager = self.middleware_manager
        self._has_middleware = manager is not None and bool(manager.middlewares)
        self._keys: dict[tuple[int, int], tuple[Details, Key | None]] = {}

    def build_per_event_executor(self, payload: object) -> Self:
        """The executor of a subscription's next event, which forgets what it knew of the last one's selections.

        Every event collects its fields afresh, so the stock executor remembers those of all events for as long as
        the subscription lives.
        """
        executor = cast("Self", super().build_per_event_executor(payload))
        executor._relevant_sub_fields = {}
        executor._keys = {}
        return executor

    def complete_list_value(
        self,
        return_type: GraphQLList[GraphQLOutputType],
        field_details_list: Details,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: AsyncIterable[Any] | Iterable[Any],
        position_context: DeliveryGroupMap | None,
    ) -> AwaitableOrValue[list[Any]]:
        """Complete a list at once if it is plain, else field by field."""
        if type(result) is list and result and position_context is None and not self._has_middleware:
            with suppress(Exception):
                key = self._key(return_type.of_type, field_details_list)
                complete = key and self.completers.get(key, len(result))
                if complete:
                    return complete(result)
        return super().complete_list_value(return_type, field_details_list, info, path, result, position_context)

    def _key(self, item_type: GraphQLOutputType, details: Details) -> Key | None:
        """What a list's completer is kept under, found once per execution; None: the list is not plain."""
        # As in collect_subfields: the details are kept, so that nothing else can get their id.
        known = self._keys.get((id(item_type), id(details)))
        if known is None:
            kind, key = _nullable(item_type), None
            with suppress(Unusual):
                if isinstance(kind, GraphQLObjectType) and not _streams(details):
                    key = kind, kind is item_type, self._selection(kind, details)
            known = self._keys[id(item_type), id(details)] = details, key
        return known[1]

    def _selection(self, kind: GraphQLObjectType, details: Details) -> Selection:
        """What is selected of an object, fragments opened, repetitions merged, what is skipped left out."""
        fields, deferred, _ = self.collect_subfields(kind, details)
        if deferred:
            raise Unusual
        return tuple((name, *self._selected(kind, each)) for name, each in fields.items())

    def _selected(self, kind: GraphQLObjectType, details: Details) -> tuple[str, Selection | None]:
        name = details[0].node.name.value
        if name == TYPENAME:
            return name, None
        if name not in kind.fields:
            raise Unusual
        inner = _nullable(kind.fields[name].type)
        return name, self._selection(inner, details) if isinstance(inner, GraphQLObjectType) else None


def _nullable(kind: GraphQLOutputType) -> GraphQLOutputType:
    return kind.of_type if isinstance(kind, GraphQLNonNull) else kind


def _streams(details: Details) -> bool:
    directives = details[0].node.directives or ()
    return any(each.name.value == GraphQLStreamDirective.name for each in directives)

"""How much one operation may ask for: judged before validation, in time bounded by the limits themselves.

A document is walked as the executor would: fields of one name merge, and a fragment counts once in a place. Every
step is paid from a budget, so a document that would unfold without end is refused instead of being unfolded.
Unknown names are left to validation, which explains them better.
"""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
)

from domain.wrong_calls import BadUserInput, QueryTooComplex, WrongCall
from schema.sizes import Sizes
from settings import Settings

INTROSPECTION_IS_DEEPER = 2
HOPELESS_DEPTH = 4
STEPS_PER_OVERLAP = 2
INTROSPECTION_COST = 3_000  # the whole schema is told, however short the question: as much work as a long list
ABSENT = object()


class Verdict(NamedTuple):
    """What the judge found: a refusal, or what each operation costs, by its name.

    It holds for other variables too, as long as those that are page sizes are the same.
    """

    refusal: WrongCall | None
    costs: Mapping[str | None, int]
    page_sizes: Mapping[str, object]

    def holds_for(self, variables: Mapping[str, object]) -> bool:
        """Whether a call with these variables would be judged the same."""
        return all(variables.get(name, ABSENT) == value for name, value in self.page_sizes.items())


class _Place(NamedTuple):
    """A selection set and the type it selects from, as far as that is known."""

    selections: SelectionSetNode
    parent: GraphQLNamedType | None


class _Pick(NamedTuple):
    """One field as it stands in the document, with the type it is picked from."""

    node: FieldNode
    parent: GraphQLNamedType | None


class _Level(NamedTuple):
    """How deep the walk is and how often the answer repeats what it meets there."""

    depth: int = 1
    times: int = 1
    paged: bool = False
    introspection: bool = False


def judge(
    document: DocumentNode, schema: GraphQLSchema, settings: Settings, variables: Mapping[str, object]
) -> Verdict:
    """Measure every operation of a document against the limits."""
    walk = _Walk(document, schema, settings, variables)
    refusal: WrongCall | None = None
    try:
        walk.refuse_cycles()
        for operation in walk.operations:
            walk.measure(operation)
        walk.unfold_unused_fragments()
    except WrongCall as problem:
        refusal = problem
    sizes = {name: variables.get(name, ABSENT) for name in walk.page_sizes}
    return Verdict(refusal, walk.costs, sizes)


class _Walk:
    def __init__(
        self, document: DocumentNode, schema: GraphQLSchema, settings: Settings, variables: Mapping[str, object]
    ) -> None:
        definitions = document.definitions
        self.operations = [node for node in definitions if isinstance(node, OperationDefinitionNode)]
        self._fragments = {node.name.value: node for node in definitions if isinstance(node, FragmentDefinitionNode)}
        self._schema, self._settings, self._variables = schema, settings, variables
        self._unreached = set(self._fragments)
        self._sizes = Sizes((), variables)
        self._steps = self._overlaps = 0
        self._cost = self._aliases = self._directives = self._deepest = self._deepest_introspection = 0
        self.costs: dict[str | None, int] = {}
        self.page_sizes: set[str] = set()

    def refuse_cycles(self) -> None:
        """A fragment within itself has no end; say so in the words validation would use."""
        spreads = {name: _spreads_in(node.selection_set) for name, node in self._fragments.items()}
        try:
            TopologicalSorter(spreads).prepare()
        except CycleError as error:
            raise BadUserInput(f"Cannot spread fragment '{error.args[1][0]}' within itself.") from error

    def measure(self, operation: OperationDefinitionNode) -> None:
        """Count what one operation asks for and refuse what is over a limit, saying by how much."""
        self._sizes = Sizes(operation.variable_definitions or (), self._variables)
        self._cost = self._aliases = self._deepest = self._deepest_introspection = 0
        self._directives = len(operation.directives or ()) + sum(
            len(variable.directives or ()) for variable in operation.variable_definitions or ()
        )
        fields = self._collect([_Place(operation.selection_set, self._schema.get_root_type(operation.operation))])
        for picks in fields.values():
            self._enter(picks, _Level())
        self.page_sizes |= self._sizes.by_variables
        limits = self._settings
        _refuse("fields at its root", len(fields), limits.max_root_fields)
        _refuse("levels", self._deepest, limits.max_depth)
        _refuse("levels of introspection", self._deepest_introspection, limits.max_depth * INTROSPECTION_IS_DEEPER)
        _refuse("aliases", self._aliases, limits.max_aliases)
        _refuse("directives", self._directives, limits.max_directives)
        _refuse("points of cost", self._cost, limits.max_cost)
        name = operation.name.value if operation.name is not None else None
        self.costs[name] = self._cost + INTROSPECTION_COST * (self._deepest_introspection > 1)

    def unfold_unused_fragments(self) -> None:
        """Validation compares the fields of unused fragments too, so they are paid from the same budget."""
        while self._unreached:
            place = self._place_of(self._fragments[self._unreached.pop()])
            for picks in self._collect([place]).values():
                self._enter(picks, _Level())

    def _enter(self, picks: list[_Pick], level: _Level) -> None:
        introspection = level.introspection or picks[0].node.name.value in ("__schema", "__type")
        self._note(level.depth, introspection)
        self._cost += level.times
        places, times, paged = [], 1, False
        for pick in picks:
            if pick.node.selection_set is None:
                continue
            definition = self._definition(pick)
            parent = get_named_type(definition.type) if definition is not None else None
            places.append(_Place(pick.node.selection_set, parent))
            if definition is not None and not introspection:
                paged = paged or "first" in definition.args
                times = max(times, self._sizes.repeats(pick.node, definition, paged=level.paged))
        if places:
            below = _Level(level.depth + 1, level.times * times, paged, introspection)
            for below_picks in self._collect(places).values():
                self._enter(below_picks, below)

    def _note(self, depth: int, introspection: bool) -> None:
        if introspection:
            self._deepest_introspection = max(self._deepest_introspection, depth)
        else:
            self._deepest = max(self._deepest, depth)
        if depth > self._settings.max_depth * HOPELESS_DEPTH:
            raise QueryTooComplex(
                f"This operation has more than {depth} levels; at most {self._settings.max_depth} are allowed."
            )

    def _collect(self, places: list[_Place]) -> dict[str, list[_Pick]]:
        """The fields selected in these places, fragments opened, by their name in the answer."""
        fields: dict[str, list[_Pick]] = {}
        opened: set[str] = set()
        waiting = places[::-1]
        while waiting:
            place = waiting.pop()
            for node in place.selections.selections:
                self._pay(len(node.directives or ()))
                if isinstance(node, FieldNode):
                    self._aliases += node.alias is not None
                    fields.setdefault((node.alias or node.name).value, []).append(_Pick(node, place.parent))
                elif isinstance(node, InlineFragmentNode):
                    waiting.append(self._place_of(node, place.parent))
                elif isinstance(node, FragmentSpreadNode):
                    name = node.name.value
                    if name in self._fragments and name not in opened:
                        opened.add(name)
                        self._unreached.discard(name)
                        waiting.append(self._place_of(self._fragments[name]))
        self._pay_overlaps([len(opened), *map(len, fields.values())])
        return fields

    def _pay(self, directives: int) -> None:
        self._steps += 1
        self._directives += directives
        if self._steps > self._settings.max_cost:
            raise QueryTooComplex(f"This operation unfolds into more than {self._settings.max_cost} fields.")

    def _pay_overlaps(self, groups: list[int]) -> None:
        """Validation compares each pair of fragments in a place and each pair of fields of one name."""
        self._overlaps += sum(size * (size - 1) // 2 for size in groups)
        limit = self._settings.max_cost // STEPS_PER_OVERLAP
        if self._overlaps > limit:
            raise QueryTooComplex(f"This operation repeats fields or fragments: more than {limit} pairs of them.")

    def _place_of(
        self, node: FragmentDefinitionNode | InlineFragmentNode, parent: GraphQLNamedType | None = None
    ) -> _Place:
        condition = node.type_condition
        return _Place(node.selection_set, self._schema.get_type(condition.name.value) if condition else parent)

    def _definition(self, pick: _Pick) -> GraphQLField | None:
        if isinstance(pick.parent, GraphQLObjectType | GraphQLInterfaceType):
            return self._schema.get_field(pick.parent, pick.node.name.value)
        return None


def _refuse(what: str, count: int, limit: int) -> None:
    if count > limit:
        raise QueryTooComplex(f"This operation has {count} {what}; at most {limit} are allowed.")


def _spreads_in(selections: SelectionSetNode) -> set[str]:
    """The fragments spread anywhere within a definition."""
    names: set[str] = set()
    waiting = [selections]
    while waiting:
        for node in waiting.pop().selections:
            if isinstance(node, FragmentSpreadNode):
                names.add(node.name.value)
            elif isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set is not None:
                waiting.append(node.selection_set)
    return names

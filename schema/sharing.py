"""Which operations answer everybody alike, seen from their text: such an answer is made once for all who ask."""

from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLField,
    GraphQLSchema,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    get_named_type,
    visit,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from domain.catalogue import MOVIES, SHOWTIMES, VENUES
from schema.gate import Gate

# What the fields of a type are made of, wherever in an answer it comes.
MADE_OF = {
    "Movie": {MOVIES},
    "Venue": {VENUES},
    "Screen": {VENUES},
    "Showtime": {SHOWTIMES, VENUES},  # its times are told in the venue's zone
}


@dataclass(frozen=True)
class Sharing:
    """What a shared answer is made of, and the variables that matter below the root fields."""

    made_of: frozenset[str]
    inner_variables: frozenset[str]


def sharing_of(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> Sharing | None:
    """How an operation may be shared; None if its answer depends on who asks."""
    reader = _Reader(schema, operation)
    visit(document, TypeInfoVisitor(reader.types, reader))
    is_shared = reader.is_shared and reader.asks
    return Sharing(frozenset(reader.made_of), frozenset(reader.variables)) if is_shared else None


def gate_of(field: GraphQLField) -> Gate | None:
    """The gate of a field, if it has one."""
    definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if not isinstance(definition, StrawberryField):
        return None
    return next((each for each in definition.extensions if isinstance(each, Gate)), None)


class _Reader(Visitor):
    """Walks through a document: the operation and all fragments."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        super().__init__()
        self.types = TypeInfo(schema)
        self.is_shared = True
        self.asks = False
        self.made_of: set[str] = set()
        self.variables: set[str] = set()
        self._roots = {schema.query_type, schema.subscription_type}
        self._refused = schema.mutation_type
        self._operation = operation
        self._root_arguments: set[int] = set()

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: object) -> object:
        return None if node is self._operation else self.SKIP

    def enter_variable_definition(self, *_: object) -> object:
        return self.SKIP

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent, field = self.types.get_parent_type(), self.types.get_field_def()
        if parent is None or field is None or parent is self._refused:
            self.is_shared = False
            return
        gate = gate_of(field)
        if parent in self._roots and node.name.value != "__typename":
            self.asks = True
            self.is_shared &= gate is not None and gate.depends_on is not None
            self._root_arguments.update(id(argument) for argument in node.arguments or ())
        self.is_shared &= gate is None or gate.permission is None
        self.made_of |= (gate.depends_on or frozenset()) if gate else frozenset()
        for name in (parent.name, get_named_type(field.type).name):
            self.made_of |= MADE_OF.get(name, set())

    def enter_variable(
        self, node: VariableNode, _key: object, parent: object, _path: object, ancestors: list[object]
    ) -> None:
        if not any(id(each) in self._root_arguments for each in (*ancestors, parent)):
            self.variables.add(node.name.value)

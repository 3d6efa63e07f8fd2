"""How many items a field may answer with: what makes one operation dearer than another of the same shape."""

from collections.abc import Iterable, Mapping

from graphql import (
    FieldNode,
    GraphQLField,
    IntValueNode,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)

PAGE_DEFAULT = 20
PAGE_MAX = 100
SEATS_OF_A_MAP = 100
ITEMS_OF_A_LIST = 10


class Sizes:
    """The sizes of one operation's lists; `by_variables` names the variables that decided any of them."""

    def __init__(self, definitions: Iterable[VariableDefinitionNode], variables: Mapping[str, object]) -> None:
        self._defaults = {each.variable.name.value: each.default_value for each in definitions}
        self._variables = variables
        self.by_variables: set[str] = set()

    def repeats(self, node: FieldNode, definition: GraphQLField, *, paged: bool) -> int:
        """How many items of this field the answer may have; the lists within a page have been counted with it."""
        if "first" in definition.args:
            given = next((each.value for each in node.arguments or () if each.name.value == "first"), None)
            return min(max(self._page(given), 1), PAGE_MAX)
        if paged or not is_list_type(get_nullable_type(definition.type)):
            return 1
        if not is_composite_type(get_named_type(definition.type)):
            return 1
        return SEATS_OF_A_MAP if node.name.value == "seats" else ITEMS_OF_A_LIST

    def _page(self, given: ValueNode | None) -> int:
        if isinstance(given, IntValueNode):
            return _number(given)
        if not isinstance(given, VariableNode):
            return PAGE_DEFAULT
        name = given.name.value
        self.by_variables.add(name)
        if name not in self._variables:
            return self._page(self._defaults.get(name))
        value = self._variables[name]
        return value if isinstance(value, int) else PAGE_DEFAULT


def _number(node: IntValueNode) -> int:
    """The value of a literal; of one with thousands of digits it is enough to know that it is too large."""
    return PAGE_MAX if len(node.value) > len("-2147483648") else int(node.value)

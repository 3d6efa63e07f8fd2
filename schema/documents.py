"""Documents read once: parsed, judged and validated, then remembered by their text.

Clients send the same few documents for ever, and reading one costs more than answering it. Only documents that
passed are remembered, and only so many tokens of them, so that nobody can fill the memory with made-up ones.
"""

from collections import OrderedDict
from collections.abc import Mapping
from hashlib import sha256
from weakref import WeakValueDictionary

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    InlineFragmentNode,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    Token,
    parse,
    specified_rules,
)
from strawberry.schema.schema import validate_document

from domain.wrong_calls import BadUserInput, QueryTooComplex, WrongCall
from schema.limits import Verdict, judge
from schema.sharing import Sharing, sharing_of
from settings import Settings

CHARACTERS_PER_TOKEN = 10
TOKENS_REMEMBERED = 50_000
ERRORS_TOLD = 5
NUL = "\0"


class Document:
    """One parsed document and what is already known about it."""

    def __init__(self, text: str, node: DocumentNode) -> None:
        self.text = text
        self.node = node
        self.verdict: Verdict | None = None
        self.errors: list[GraphQLError] | None = None
        self.digest = sha256(text.encode()).digest()
        self._sharing: dict[str | None, Sharing | None] = {}

    def sharing(self, schema: GraphQLSchema, name: str | None) -> Sharing | None:
        """How the operation may be shared by those who send it, if it may."""
        if name not in self._sharing:
            self._sharing[name] = sharing_of(schema, self.node, self.operation(name))
        return self._sharing[name]

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation that was asked for."""
        operations = [each for each in self.node.definitions if isinstance(each, OperationDefinitionNode)]
        if name is None and len(operations) > 1:
            raise BadUserInput("Must provide operation name if query contains multiple operations.")
        named = operations if name is None else [each for each in operations if each.name and each.name.value == name]
        if not named:
            raise BadUserInput("Must provide an operation." if name is None else "Unknown operation name.")
        return named[0]

    def effects(self, name: str | None) -> int:
        """How many mutation fields the operation has, fragments opened and repetitions merged."""
        operation = self.operation(name)
        if operation.operation is not OperationType.MUTATION:
            return 0
        fragments = {
            each.name.value: each for each in self.node.definitions if isinstance(each, FragmentDefinitionNode)
        }
        fields: set[str] = set()
        waiting = [operation.selection_set]
        while waiting:
            for node in waiting.pop().selections:
                if isinstance(node, FieldNode) and node.name.value != "__typename":
                    fields.add((node.alias or node.name).value)
                elif isinstance(node, InlineFragmentNode):
                    waiting.append(node.selection_set)
                elif isinstance(node, FragmentSpreadNode) and node.name.value in fragments:
                    waiting.append(fragments.pop(node.name.value).selection_set)
        return len(fields)


class Documents:
    """The documents in use and those worth remembering."""

    def __init__(self, schema: GraphQLSchema, settings: Settings) -> None:
        self._schema = schema
        self._settings = settings
        self._rules = (*specified_rules, *(() if settings.introspection else (NoSchemaIntrospectionCustomRule,)))
        self._in_use: WeakValueDictionary[str, Document] = WeakValueDictionary()
        self._remembered: OrderedDict[str, Document] = OrderedDict()
        self._tokens = 0

    def read(self, text: str) -> Document:
        """Parse a document, or find it where it was parsed before."""
        if text in self._remembered:
            self._remembered.move_to_end(text)
            return self._remembered[text]
        document = self._in_use.get(text)
        if document is None:
            document = self._in_use[text] = Document(text, self._parse(text))
        return document

    def refusals(self, document: Document, variables: Mapping[str, object]) -> list[GraphQLError]:
        """Why a document may not be executed with these variables; empty when it may."""
        verdict = self._verdict(document, variables)
        if verdict.refusal is not None:
            return [refused(verdict.refusal)]
        if document.errors is None:
            document.errors = validate_document(self._schema, document.node, self._rules)[:ERRORS_TOLD]
            if not document.errors:
                self._remember(document)
        return list(document.errors)

    def cost_of_reading(self, text: str) -> int:
        """What it costs to understand a document, in points of cost: nothing where it is remembered."""
        return 0 if text in self._remembered else len(text) // CHARACTERS_PER_TOKEN

    def cost(self, document: Document, variables: Mapping[str, object], name: str | None) -> int:
        """What an operation of the document costs with these variables, in points: nothing where it is refused."""
        costs = self._verdict(document, variables).costs
        return max(costs.values(), default=0) if name is None else costs.get(name, 0)

    def _verdict(self, document: Document, variables: Mapping[str, object]) -> Verdict:
        if document.verdict is None or not document.verdict.holds_for(variables):
            document.verdict = judge(document.node, self._schema, self._settings, variables)
        return document.verdict

    def _parse(self, text: str) -> DocumentNode:
        tokens = self._settings.max_tokens
        characters = tokens * CHARACTERS_PER_TOKEN
        if len(text) > characters:
            raise refused(
                QueryTooComplex(f"This document has {len(text)} characters; at most {characters} are allowed.")
            )
        try:
            node = parse(text, max_tokens=tokens)
        except GraphQLSyntaxError as error:
            if f"more than {tokens} tokens" not in error.message:
                raise
            raise refused(QueryTooComplex(f"This document has more than {tokens} tokens.")) from error
        if NUL in text or ("\\u" in text and _has_nul(node)):
            raise refused(BadUserInput("A string may not contain the character NUL."))
        return node

    def _remember(self, document: Document) -> None:
        self._remembered[document.text] = document
        self._tokens += document.node.token_count
        while self._tokens > TOKENS_REMEMBERED:
            _, forgotten = self._remembered.popitem(last=False)
            self._tokens -= forgotten.node.token_count


def refused(reason: WrongCall) -> GraphQLError:
    """The GraphQL error that carries a refusal."""
    return GraphQLError(reason.message, original_error=reason)


def _has_nul(node: DocumentNode) -> bool:
    token: Token | None = node.loc.start_token if node.loc else None
    while token is not None:
        if token.value is not None and NUL in token.value:
            return True
        token = token.next
    return False

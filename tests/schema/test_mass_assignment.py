"""Nobody gives themselves what a field does not offer: every input refuses what it does not name, however it is sent."""

from collections.abc import Mapping
from typing import Final

import pytest
from graphql import GraphQLInputObjectType, get_named_type

from tests.databases import settings_for
from tests.schema.asking import asker, codes
from tests.schema.calling import ROOT_TYPES, SDL, document

pytestmark = pytest.mark.once

# What somebody would like to set for themselves.
COVETED: Final = (
    "role",
    "roles",
    "roleNames",
    "permissions",
    "isStaff",
    "price",
    "total",
    "status",
    "userId",
    "ownerId",
)
# Inputs that are about just that; their fields are for administrators, or are filters of what one may see anyway.
OFFERED: Final[Mapping[str, set[str]]] = {
    "AuditLogFilter": {"userId"},
    "StaffActivityFilter": {"userId"},
    "UserFilter": {"role"},
    "BookingFilter": {"status"},
    "PaymentFilter": {"status"},
    "MovieFilter": {"status"},
    "SetRolesInput": {"roles", "userId"},
    "PostStaffInput": {"userId"},
    "LockUserInput": {"userId"},
    "UnlockUserInput": {"userId"},
    "InviteStaffInput": {"roles"},
    "RequireSecondFactorInput": {"roles"},
    "CorrectDateOfBirthInput": {"userId"},
}


def inputs() -> dict[str, str]:
    """Every input object that a root field takes, and where: `Mutation.register(input)`."""
    return {
        get_named_type(value.type).name: f"{root.name}.{name}({argument})"
        for root in ROOT_TYPES
        for name, field in root.fields.items()
        for argument, value in field.args.items()
        if isinstance(get_named_type(value.type), GraphQLInputObjectType)
    }


def every_input() -> dict[str, GraphQLInputObjectType]:
    return {name: kind for name, kind in SDL.type_map.items() if isinstance(kind, GraphQLInputObjectType)}


def test_what_is_coveted_is_offered_where_somebody_has_thought_about_it() -> None:
    offered = {name: set(kind.fields) & set(COVETED) for name, kind in every_input().items()}
    assert {name: fields for name, fields in offered.items() if fields} == OFFERED


@pytest.mark.parametrize("name", inputs())
async def test_an_input_takes_nothing_that_it_does_not_name(name: str) -> None:
    ask = asker(settings_for("sqlite://nowhere"))  # refused before anything is looked up: there is no database
    field, _, argument = inputs()[name].partition("(")
    argument = argument.rstrip(")")
    refused = [each for each in COVETED if each not in every_input()[name].fields]
    for coveted in refused:
        # Inline: as one value among those that the input needs.
        plain = document(field, {f"{argument}.": ""})
        assert f"{argument}: {{" in plain
        inline = plain.replace(f"{argument}: {{", f'{argument}: {{{coveted}: "ADMIN", ', 1)
        assert codes(await ask(inline)) == ["BAD_USER_INPUT"], inline
    # As a variable: the whole input comes from outside.
    root, _, root_field = field.partition(".")
    kind = SDL.type_map[root].fields[root_field].args[argument].type
    shown = document(field).partition("{")[2].count("__typename")
    text = f"{root.lower()} ($given: {kind}) {{ {root_field}({argument}: $given){' { __typename }' * bool(shown)} }}"
    answer = await ask(text, given=dict.fromkeys(refused, "ADMIN"))
    assert set(codes(answer)) == {"BAD_USER_INPUT"}
    told = " ".join(error["message"] for error in answer["errors"])
    assert all(f"'{coveted}'" in told or f'"{coveted}"' in told for coveted in refused), told

"""Finding people: all of them for administrators, customers for those who serve them; and opening accounts for customers."""

from typing import Annotated

import strawberry

from domain.access import Permission, Role
from resolvers import accounts, service
from schema.code_problems import PhoneTaken
from schema.context import Info
from schema.gate import gate
from schema.ids import parse_id
from schema.pagination import After, Connection, First, connection
from schema.payments import KEY
from schema.problems import EmailTaken, IdempotencyConflict, InvalidInput
from schema.users import User


@strawberry.input(description="Which people to find; what is not given does not matter.")
class UserFilter:
    role: Role | None = strawberry.field(default=None, description="Who have this role.")
    venue_id: strawberry.ID | None = strawberry.field(default=None, description="Who are posted to this venue.")
    locked: bool | None = strawberry.field(default=None, description="Who are locked out; false: who are not.")


@strawberry.input(description="A customer who has asked for an account.")
class CreateCustomerInput:
    name: str = strawberry.field(description="What the customer wants to be called: 1 to 200 characters.")
    email: str | None = strawberry.field(
        default=None, description="Their e-mail address: they get in by setting a password with a code sent there."
    )
    phone: str | None = strawberry.field(
        default=None,
        description='Their mobile number, "+84912345678": they get in by a code sent there. One of the two must be given.',
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


CreateCustomerResult = Annotated[
    User | EmailTaken | PhoneTaken | InvalidInput | IdempotencyConflict,
    strawberry.union("CreateCustomerResult", description="The customer, or why there is none."),
]
NewCustomer = Annotated[CreateCustomerInput, strawberry.argument(description="The customer.")]


@strawberry.type
class PeopleQuery:
    @strawberry.field(
        extensions=[gate(Permission.USER_READ)],
        description="People, the newest first: everybody for administrators, customers for a concierge. Who has deleted their "
        "account is not among them. What is not found is an empty list.",
    )
    async def users(
        self,
        info: Info,
        search: Annotated[
            str | None,
            strawberry.argument(
                description="Part of the name, of the e-mail address or of the phone number, in any case."
            ),
        ] = None,
        filter: Annotated[UserFilter | None, strawberry.argument(description="Which ones.")] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[User]:
        wanted, actor = filter or UserFilter(), info.context.actor
        venue_id = None if wanted.venue_id is None else parse_id("Venue", wanted.venue_id) or service.NOWHERE
        sought = service.Sought(search, wanted.role, venue_id, wanted.locked)
        page = await service.find(actor, sought, first, after)
        return connection(page, lambda row: User.of(row, actor))

    @strawberry.field(
        extensions=[gate(Permission.USER_READ)],
        description="A person: anybody for administrators, a customer for a concierge; null if there is none that you may see.",
    )
    async def user(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The person's id.")]
    ) -> User | None:
        uuid = parse_id("User", id)
        row = await accounts.one(info.context.actor, uuid) if uuid else None
        return User.of(row, info.context.actor) if row else None


@strawberry.type
class CustomerMutation:
    @strawberry.mutation(
        extensions=[gate(Permission.CUSTOMER_SERVE)],
        description="Open an account for a customer, without a password; they get in by a code to the address or the number. To "
        "buy for them, send their id as the header `On-Behalf-Of` with what follows.",
    )
    async def create_customer(self, info: Info, input: NewCustomer) -> CreateCustomerResult:
        context = info.context
        key = context.key(input.idempotency_key)
        row = await service.create_customer(context.actor, input.name, input.email, input.phone, key=key)
        return User.of(row, context.actor)

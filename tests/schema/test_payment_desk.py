"""Payments at the desk: found, looked into, settled at the counter, and given back."""

from datetime import timedelta
from typing import Any

import pytest

import clock
from adapters.payments.base import Message
from domain.access import Actor, Role
from domain.audits import Invariant
from domain.payments import MessageState, News, PaymentProvider
from models import audits
from models.audit_log import AuditEntry
from models.inbox import PaymentMessage
from models.payments import Capture, Payment
from models.refunds import Refund
from resolvers import inbox, refunds
from schema.ids import global_id
from tests.databases import Database
from tests.factories.sale import FakeGateway, Sale, open_sale
from tests.factories.users import actor_of, make_staff
from tests.schema.asking import Asker, asker, codes

FIND = """query ($filter: PaymentFilter, $first: Int, $after: String) {
  payments(filter: $filter, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { id status booking { reference showtime { movie { title } } } captures { ref fate } } } }"""
INSPECT = """query ($id: ID!) { payment(id: $id) {
  booking { reference status payments { id } }
  captures { ref amount { amount } fate refunding { amount } refunded { amount } }
  messages { kind state body payment { id } } } }"""
THROUGH_THE_BOOKING = "query ($id: ID!) { booking(id: $id) { payments { captures { fate } messages { id } } } }"
MESSAGES = """query ($state: [MessageState!], $provider: PaymentProvider, $first: Int, $after: String) {
  paymentMessages(state: $state, provider: $provider, first: $first, after: $after) {
    totalCount pageInfo { endCursor } nodes { eventId state problem } } }"""
REFUND = """mutation ($input: RefundPaymentInput!) { refundPayment(input: $input) { __typename
  ... on Payment { refunds { amount { amount } reason note status } } ... on Problem { message }
  ... on InvalidInput { fields { path } } } }"""
RETRY = """mutation ($id: ID!) { retryRefund(input: {refundId: $id}) { __typename
  ... on Refund { attempt status } ... on Problem { message } } }"""
REPLAY = """mutation ($id: ID!) { replayMessage(input: {messageId: $id}) { __typename
  ... on PaymentMessage { state attempts } } }"""
DISMISS = """mutation ($input: DismissMessageInput!) { dismissMessage(input: $input) { __typename
  ... on PaymentMessage { state } ... on InvalidInput { fields { path } } } }"""
SETTLE = """mutation ($id: ID!) { settleCounterPayment(input: {paymentId: $id}) { __typename
  ... on Payment { status booking { status tickets { seat } } } ... on Problem { message } } }"""
HAND_BACK = """mutation ($id: ID!) { settleCounterRefund(input: {refundId: $id}) { __typename
  ... on Refund { status } ... on Problem { message } } }"""
NODE = "query ($id: ID!) { node(id: $id) { __typename } }"


@pytest.fixture
async def sale(database: Database) -> Sale:
    return await open_sale(database.settings)


@pytest.fixture
def ask(database: Database, sale: Sale) -> Asker:
    return asker(database.settings)


@pytest.fixture
async def manager(sale: Sale) -> Actor:
    return actor_of(await make_staff(Role.MANAGER), sale.showtime.venue_id)


@pytest.fixture
async def sam(sale: Sale) -> Actor:
    return actor_of(await make_staff(Role.STAFF), sale.showtime.venue_id)


async def told(sale: Sale, payment: Payment, name: str, state: MessageState) -> PaymentMessage:
    """A message that has come about a payment."""
    event = sale.event(payment, News.CAPTURED, event_id=name)
    await inbox.receive(Message(name, "captured", f'{{"id": "{name}"}}', event), payment.provider)
    await PaymentMessage.filter(event_id=name).update(state=state, problem="It came too early.")
    return await PaymentMessage.get(event_id=name)


async def found(ask: Asker, actor: Actor, **filter: object) -> list[str]:
    answer: Any = await ask(FIND, actor, filter=filter)
    return [node["id"] for node in answer["data"]["payments"]["nodes"]]


async def test_each_filter_is_heard(ask: Asker, sale: Sale, manager: Actor) -> None:
    booking, paid = await sale.buy("A1")
    pending = await sale.start(await sale.book("A2"))
    one, two = global_id("Payment", paid.id), global_id("Payment", pending.id)
    here = global_id("Showtime", sale.showtime.id)
    between = paid.created_at + (pending.created_at - paid.created_at) / 2
    assert await found(ask, manager) == [two, one]
    assert await found(ask, manager, status="SUCCEEDED", provider="SANDBOX", showtimeId=here) == [one]
    assert await found(ask, manager, provider="STRIPE") == []
    assert await found(ask, manager, bookingReference=booking.reference.lower()) == [one]
    assert await found(ask, manager, providerRef=pending.provider_ref) == [two]
    assert await found(ask, manager, **{"from": between.isoformat()}) == [two]
    assert await found(ask, manager, to=between.isoformat()) == [one]
    later = (pending.created_at + timedelta(seconds=1)).isoformat()
    assert await found(ask, manager, **{"from": later}) == []
    for nothing in ({"bookingReference": "x"}, {"showtimeId": "x"}, {"providerRef": ""}):
        assert await found(ask, manager, **nothing) == []


async def test_pages_go_on_where_the_one_before_ended(ask: Asker, sale: Sale, manager: Actor) -> None:
    made = [global_id("Payment", (await sale.start(await sale.book(f"A{seat}"))).id) for seat in (1, 2, 3)]
    one = (await ask(FIND, manager, first=2))["data"]["payments"]
    two = (await ask(FIND, manager, first=2, after=one["pageInfo"]["endCursor"]))["data"]["payments"]
    assert [node["id"] for node in one["nodes"] + two["nodes"]] == made[::-1]
    assert (one["totalCount"], one["pageInfo"]["hasNextPage"], two["pageInfo"]["hasNextPage"]) == (3, True, False)
    assert {node["booking"]["showtime"]["movie"]["title"] for node in one["nodes"]} == {
        (await sale.showtime.movie).title
    }


async def test_a_payment_shows_all_that_came_and_was_told_of_it(ask: Asker, sale: Sale, manager: Actor) -> None:
    booking, payment = await sale.buy("A1")
    await told(sale, payment, "evt_1", MessageState.APPLIED)
    id = global_id("Payment", payment.id)
    assert (await ask(INSPECT, manager, id=id))["data"]["payment"] == {
        "booking": {"reference": booking.reference, "status": "CONFIRMED", "payments": [{"id": id}]},
        "captures": [
            {
                "ref": payment.provider_ref,
                "amount": {"amount": "250.00"},
                "fate": "TICKET",
                "refunding": {"amount": "0.00"},
                "refunded": {"amount": "0.00"},
            }
        ],
        "messages": [{"kind": "captured", "state": "APPLIED", "body": '{"id": "evt_1"}', "payment": {"id": id}}],
    }
    assert await ask(INSPECT, manager, id=global_id("Booking", booking.id)) == {"data": {"payment": None}}


async def test_what_a_provider_has_told_is_there_for_nobody_else(
    ask: Asker, sale: Sale, manager: Actor, sam: Actor
) -> None:
    booking, payment = await sale.buy("A1")
    message = global_id("PaymentMessage", (await told(sale, payment, "evt_1", MessageState.DEAD)).id)
    for actor, seen in ((sale.ana, 0), (sam, 0), (manager, 1)):
        answer = await ask(THROUGH_THE_BOOKING, actor, id=global_id("Booking", booking.id))
        (shown,) = answer["data"]["booking"]["payments"]
        assert (shown["captures"], len(shown["messages"])) == ([{"fate": "TICKET"}], seen)
        node = {"__typename": "PaymentMessage"} if seen else None
        assert await ask(NODE, actor, id=message) == {"data": {"node": node}}
    for document in (FIND, MESSAGES):
        assert [codes(await ask(document, actor)) for actor in (sale.ana, sam)] == [["FORBIDDEN"], ["FORBIDDEN"]]


async def test_dead_letters_are_listed_and_replayed(ask: Asker, sale: Sale, manager: Actor) -> None:
    payment = await sale.start(await sale.book("A1"))
    dead = [await told(sale, payment, f"evt_{number}", MessageState.DEAD) for number in (1, 2)]
    await told(sale, payment, "evt_3", MessageState.APPLIED)
    page = (await ask(MESSAGES, manager, state=["DEAD", "NEW"], provider="SANDBOX", first=1))["data"]["paymentMessages"]
    assert (page["totalCount"], page["nodes"]) == (
        2,
        [{"eventId": "evt_2", "state": "DEAD", "problem": "It came too early."}],
    )
    after = page["pageInfo"]["endCursor"]
    rest = (await ask(MESSAGES, manager, state=["DEAD"], after=after))["data"]["paymentMessages"]["nodes"]
    assert [node["eventId"] for node in rest] == ["evt_1"]
    assert (await ask(MESSAGES, manager, provider="STRIPE"))["data"]["paymentMessages"]["totalCount"] == 0
    answer = await ask(REPLAY, manager, id=global_id("PaymentMessage", dead[0].id))
    assert answer["data"]["replayMessage"] == {"__typename": "PaymentMessage", "state": "NEW", "attempts": 0}
    assert await inbox.apply_next(sale.house)
    assert await Capture.all().count() == 1
    assert codes(await ask(REPLAY, manager, id=global_id("PaymentMessage", payment.id))) == ["NOT_FOUND"]


async def test_what_needs_nothing_done_is_said_with_a_reason_and_is_in_nobodys_way(
    ask: Asker, sale: Sale, manager: Actor
) -> None:
    payment = await sale.start(await sale.book("A1"))
    dead = await told(sale, payment, "evt_1", MessageState.DEAD)
    named = global_id("PaymentMessage", dead.id)
    refused = await ask(DISMISS, manager, input={"messageId": named, "reason": " "})
    assert refused["data"]["dismissMessage"] == {"__typename": "InvalidInput", "fields": [{"path": ["reason"]}]}
    assert (await PaymentMessage.get(id=dead.id)).state is MessageState.DEAD
    assert not await AuditEntry.filter(action="DISMISS_MESSAGE").exists()
    given = {"messageId": named, "reason": "Paid back by hand."}
    for _ in range(2):
        answer = await ask(DISMISS, manager, input=given)
        assert answer["data"]["dismissMessage"] == {"__typename": "PaymentMessage", "state": "DISMISSED"}
    entry = await AuditEntry.get(action="DISMISS_MESSAGE")
    assert (entry.user_id, entry.subject_id, entry.before) == (manager.user_id, dead.id, {"state": "DEAD"})
    assert entry.after == {"state": "DISMISSED", "reason": "Paid back by hand."}
    assert await audits.find(Invariant.DEAD_LETTERS, clock.now()) == []
    answer = await ask(REPLAY, manager, id=named)
    assert answer["data"]["replayMessage"] == {"__typename": "PaymentMessage", "state": "NEW", "attempts": 0}


async def test_a_favour_is_given_refused_or_named_wrong(ask: Asker, sale: Sale, manager: Actor) -> None:
    _, payment = await sale.buy("A1")
    given = {"paymentId": global_id("Payment", payment.id), "amount": "50.00", "reason": "Cold hall"}
    answer = (await ask(REFUND, manager, input=given))["data"]["refundPayment"]
    assert answer == {
        "__typename": "Payment",
        "refunds": [{"amount": {"amount": "50.00"}, "reason": "STAFF", "note": "Cold hall", "status": "PENDING"}],
    }
    answer = (await ask(REFUND, manager, input=given | {"amount": "200.01"}))["data"]["refundPayment"]
    assert answer == {"__typename": "RefundRefused", "message": "Of this payment 200.00 INR can still go back."}
    answer = (await ask(REFUND, manager, input=given | {"amount": "x", "reason": ""}))["data"]["refundPayment"]
    assert (answer["__typename"], [each["path"] for each in answer["fields"]]) == (
        "InvalidInput",
        [["reason"], ["amount"]],
    )
    assert await Refund.all().count() == 1


async def test_a_failed_refund_is_tried_again(ask: Asker, sale: Sale, manager: Actor) -> None:
    _, payment = await sale.buy("A1")
    given = {"paymentId": global_id("Payment", payment.id), "reason": "why"}
    await ask(REFUND, manager, input=given)
    id = global_id("Refund", (await Refund.get()).id)
    answer = (await ask(RETRY, manager, id=id))["data"]["retryRefund"]
    assert answer == {"__typename": "RefundRefused", "message": "This refund has not failed."}
    await Refund.all().update(status="FAILED", attempt=3)
    answer = (await ask(RETRY, manager, id=id))["data"]["retryRefund"]
    assert answer == {"__typename": "Refund", "attempt": 4, "status": "PENDING"}


async def test_the_counter_takes_money_and_hands_it_back(ask: Asker, sale: Sale, manager: Actor, sam: Actor) -> None:
    sale.gateway = FakeGateway(PaymentProvider.COUNTER)
    booking = await sale.book("A1", "A2")
    payment = global_id("Payment", (await sale.start(booking)).id)
    assert codes(await ask(SETTLE, sale.ana, id=payment)) == ["FORBIDDEN"]
    settled = {"status": "CONFIRMED", "tickets": [{"seat": "A1"}, {"seat": "A2"}]}
    answer = (await ask(SETTLE, sam, id=payment))["data"]["settleCounterPayment"]
    assert answer == {"__typename": "Payment", "status": "SUCCEEDED", "booking": settled}
    answer = (await ask(SETTLE, sam, id=payment))["data"]["settleCounterPayment"]
    assert answer == {"__typename": "PaymentRefused", "message": "This payment is already succeeded."}
    await ask(REFUND, manager, input={"paymentId": payment, "reason": "why", "amount": "1.00"})
    sale.gateway.outcomes.append(None)
    refund = await Refund.get()
    await refunds.carry_out(refund.id, sale.gateways)
    answer = (await ask(HAND_BACK, sam, id=global_id("Refund", refund.id)))["data"]["settleCounterRefund"]
    assert answer == {"__typename": "Refund", "status": "SUCCEEDED"}
    assert (await Capture.get()).refunded_minor == 100

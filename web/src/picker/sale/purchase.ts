// From held seats to the payment's page, and back from a booking: each step safe to repeat.
import { ask } from "../../api/graphql.ts";
import { answered, keyOf } from "./intention.ts";
import { BOOKING, type Booking, PAYMENT, type Payment, bookingPath } from "./model.ts";

const BOOK = `mutation Book($input: CreateBookingInput!) {
  createBooking(input: $input) { __typename ... on Booking { id } ... on HoldBooked { booking { id } } ... on Problem { message } }
}`;
const PAY = `mutation Pay($input: StartPaymentInput!) {
  startPayment(input: $input) { __typename ... on Payment { ${PAYMENT} } ... on Problem { message } }
}`;
const CANCEL = `mutation Cancel($input: CancelBookingInput!) {
  cancelBooking(input: $input) { __typename ... on Booking { ${BOOKING} } ... on Problem { message } }
}`;
const UNDER_WAY = new Set(["PENDING", "PROCESSING"]);

interface Answer {
  __typename: string;
  message?: string;
}

/** The API said no, and why; `kind` is the name of its refusal. */
export class Refusal extends Error {
  constructor(
    readonly kind: string,
    message: string,
  ) {
    super(message);
    this.name = "Refusal";
  }
}

/** Do something once, however often it is asked for. */
async function once<T extends Answer>(intention: string, mutation: string, input: Record<string, unknown>): Promise<T> {
  for (const last of [false, true]) {
    const data = await ask<Record<string, T>>(mutation, { input: { ...input, idempotencyKey: keyOf(intention) } });
    answered(intention);
    const [answer] = Object.values(data) as [T];
    if (last || answer.__typename !== "IdempotencyConflict") return answer;
  }
  throw new Error("unreachable");
}

function refuse(answer: Answer): never {
  throw new Refusal(answer.__typename, answer.message ?? "");
}

/** Turn a hold into a booking; the booking's id, also if it has become one before. */
export async function book(holdId: string): Promise<string> {
  type BookAnswer = Answer & { id?: string; booking?: { id: string } };
  const answer = await once<BookAnswer>(`book.${holdId}`, BOOK, { holdId });
  return answer.id ?? answer.booking?.id ?? refuse(answer);
}

/** The address to pay at: of the payment under way, or of a new one. */
export async function checkoutOf(bookingId: string, payments: Payment[] = []): Promise<string> {
  const begun = payments.find(({ status, checkoutUrl }) => UNDER_WAY.has(status) && checkoutUrl);
  const payment = begun ?? (await startPayment(bookingId));
  const url = new URL(payment.checkoutUrl ?? bookingPath(bookingId), location.href);
  if (payment.provider !== "SANDBOX") return url.href;
  // The sandbox's page is this server's: stay at the address the visitor is logged in at.
  url.searchParams.set("return", bookingPath(bookingId));
  return url.pathname + url.search;
}

/** The same; where the payment cannot be started, the address of the booking, which says why and goes on. */
export async function wayToPay(bookingId: string, payments?: Payment[]): Promise<string> {
  try {
    return await checkoutOf(bookingId, payments);
  } catch (error) {
    if (error instanceof Refusal) return bookingPath(bookingId);
    throw error;
  }
}

async function startPayment(bookingId: string): Promise<Payment> {
  const answer = await once<Answer & Partial<Payment>>(`pay.${bookingId}`, PAY, { bookingId, provider: "SANDBOX" });
  return answer.__typename === "Payment" ? (answer as Answer & Payment) : refuse(answer);
}

/** Cancel a booking; the booking as it is then. */
export async function cancel(bookingId: string): Promise<Booking> {
  const answer = await once<Answer & Partial<Booking>>(`cancel.${bookingId}`, CANCEL, { bookingId });
  return answer.__typename === "Booking" ? (answer as Answer & Booking) : refuse(answer);
}

// From held seats to the payment's page, and from a booking back to its money: each step safe to repeat.
import { ask } from "../../api/graphql.ts";
import { answered, keyOf } from "./intention.ts";
import { BOOKING, type Booking, PAYMENT, type Payment, type PaymentMethod, type Provider, bookingPath } from "./model.ts";

const BOOK = `mutation Book($input: CreateBookingInput!) {
  createBooking(input: $input) { __typename ... on Booking { id } ... on HoldBooked { booking { id } } ... on Problem { message } }
}`;
const PAYABLE = `query Payable($id: ID!) { booking(id: $id) { id payments { ${PAYMENT} } paymentMethods { provider } } }`;
const PAY = `mutation Pay($input: StartPaymentInput!) {
  startPayment(input: $input) { __typename ... on Payment { ${PAYMENT} } ... on Problem { message } }
}`;
const GIVE_UP = `mutation GiveUp($input: PaymentInput!) {
  cancelPayment(input: $input) { __typename ... on Payment { ${PAYMENT} } ... on Problem { message } }
}`;
const CONFIRM = "mutation Confirm($input: ConfirmPaymentInput!) { confirmPayment(input: $input) { __typename } }";
const LEFT = "marquee.left.";

const changing = (name: string, field: string, input: string): string => `mutation ${name}($input: ${input}!) {
  ${field}(input: $input) { __typename ... on Booking { ${BOOKING} } ... on Problem { message } }
}`;
const CANCEL = changing("Cancel", "cancelBooking", "CancelBookingInput");
const GIVE_BACK = changing("GiveBack", "refundTickets", "RefundTicketsInput");
const ACCEPT = changing("Accept", "acceptOffer", "OfferInput");
const DECLINE = changing("Decline", "declineOffer", "OfferInput");

interface Answer {
  __typename: string;
  message?: string;
}

/** What is known of a booking that is to be paid for. */
export interface Payable {
  id: string;
  payments: Payment[];
  paymentMethods: PaymentMethod[];
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

/** The payment that waits for its payer: at its provider's page, or at the counter. */
export function begun(payments: Payment[]): Payment | undefined {
  return payments.find(({ status, provider, checkoutUrl }) => status === "PENDING" && (checkoutUrl || provider === "COUNTER"));
}

/** Where a payment is made: at its provider's page. One for the counter stands on the booking's own. */
export function checkoutOf(bookingId: string, payment: Payment): string {
  const url = new URL(payment.checkoutUrl ?? bookingPath(bookingId), location.href);
  if (payment.checkoutUrl) sessionStorage.setItem(LEFT + bookingId, payment.id);
  if (payment.provider !== "SANDBOX") return payment.checkoutUrl ? url.href : bookingPath(bookingId);
  // The sandbox's page is this server's: stay at the address the visitor is logged in at.
  url.searchParams.set("return", bookingPath(bookingId));
  return url.pathname + url.search;
}

/** Where to pay for a booking: at once where there is one way to, else on the booking's page, which asks and says what is wrong. */
export async function wayToPay(bookingId: string): Promise<string> {
  const { booking } = await ask<{ booking: Payable | null }>(PAYABLE, { id: bookingId });
  const [only, ...others] = booking?.paymentMethods ?? [];
  const payment = begun(booking?.payments ?? []);
  if (payment) return checkoutOf(bookingId, payment);
  if (!only || others.length) return bookingPath(bookingId);
  try {
    return checkoutOf(bookingId, await startPayment(bookingId, only.provider));
  } catch (error) {
    if (error instanceof Refusal) return bookingPath(bookingId);
    throw error;
  }
}

/** Begin to pay. The payer's browser ends at the booking's page: that is where the API sends it by itself. */
export async function startPayment(bookingId: string, provider: Provider): Promise<Payment> {
  const answer = await once<Answer & Partial<Payment>>(`pay.${bookingId}.${provider}`, PAY, { bookingId, provider });
  return answer.__typename === "Payment" ? (answer as Answer & Payment) : refuse(answer);
}

/** Give up a payment that has not been made, to choose another way. */
export async function giveUp(paymentId: string): Promise<void> {
  const answer = await once<Answer>(`giveUp.${paymentId}`, GIVE_UP, { paymentId });
  if (answer.__typename !== "Payment") refuse(answer);
}

/** Back from a checkout: have its provider asked at once. Where that fails its webhook brings the same. */
export async function tellReturn(bookingId: string): Promise<void> {
  const paymentId = sessionStorage.getItem(LEFT + bookingId);
  if (!paymentId) return;
  sessionStorage.removeItem(LEFT + bookingId);
  await ask(CONFIRM, { input: { paymentId } }).catch(() => undefined);
}

/** The booking after a change of it. */
async function changed(intention: string, mutation: string, input: Record<string, unknown>): Promise<Booking> {
  const answer = await once<Answer & Partial<Booking>>(intention, mutation, input);
  return answer.__typename === "Booking" ? (answer as Answer & Booking) : refuse(answer);
}

/** Cancel a booking that is not paid for. */
export const cancel = (bookingId: string): Promise<Booking> => changed(`cancel.${bookingId}`, CANCEL, { bookingId });

/** Give tickets of a paid booking back. */
export const giveBack = (bookingId: string, tickets: string[]): Promise<Booking> =>
  changed(`giveBack.${bookingId}.${tickets.join()}`, GIVE_BACK, { bookingId, tickets });

/** Take the seats that are offered. */
export const accept = (bookingId: string): Promise<Booking> => changed(`accept.${bookingId}`, ACCEPT, { bookingId });

/** Leave the seats that are offered, and get the money back. */
export const decline = (bookingId: string): Promise<Booking> => changed(`decline.${bookingId}`, DECLINE, { bookingId });

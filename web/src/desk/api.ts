// The documents the desk sends. Everybody else's API is the same one.
import { ApiError, ask } from "../api/graphql.ts";
import type { Booking, Sales, Screen, Showtime, Venue } from "./types.ts";

const MONEY = "{ amount currency }";
const VENUE = "id name city timezone currency";
const VENUES = `query DeskVenues { me { roles venues { ${VENUE} } } venues(first: 100) { nodes { ${VENUE} } } }`;
const POSTED = new Set(["STAFF", "MANAGER"]);
const PROGRAMME = `query DeskProgramme($venueId: ID!, $date: Date!, $after: String) {
  venue(id: $venueId) { screens { id name capacity } }
  showtimes(filter: { venueId: $venueId, date: $date }, first: 100, after: $after) {
    nodes { id startsAt endsAt status format language movie { id title } screen { id } seatMap { capacity available } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const SALES = `query DeskSales($venueId: ID!, $day: Date!) {
  sales(venueId: $venueId, from: $day, to: $day) {
    tickets bookings revenue ${MONEY} refunded ${MONEY}
    byHour { at tickets revenue ${MONEY} }
    byMovie { movie { id title } tickets revenue ${MONEY} }
  }
}`;
const BOOKING = `fragment DeskBooking on Booking {
  id reference seats status createdAt total ${MONEY}
  showtime { id startsAt movie { title } screen { name venue { name timezone } } }
  payments { id provider status amount ${MONEY} refunds { id seats reason status note amount ${MONEY} } }
}`;
const BOOKINGS = `query DeskBookings($filter: BookingFilter!, $after: String) {
  bookings(filter: $filter, first: 10, after: $after) { nodes { ...DeskBooking } pageInfo { hasNextPage endCursor } }
}
${BOOKING}`;
const TAKEN = `mutation DeskTaken($input: SettleCounterPaymentInput!) {
  settled: settleCounterPayment(input: $input) { __typename ... on Problem { message } }
}`;
const HANDED_BACK = `mutation DeskHandedBack($input: SettleCounterRefundInput!) {
  settled: settleCounterRefund(input: $input) { __typename ... on Problem { message } }
}`;
const MAY_FIND = 'query DeskMayFind { bookings(filter: { reference: "" }, first: 0) { pageInfo { hasNextPage } } }';
const CANCEL = `mutation DeskCancel($input: CancelBookingInput!) {
  cancelBooking(input: $input) { __typename ...DeskBooking ... on Problem { message } }
}
${BOOKING}`;

/** What a venue is told about itself every two seconds. */
export const HOUSE_NOW = `subscription DeskNow($venueId: ID!) {
  houseNow(venueId: $venueId) { at viewers holds heldSeats showtimes { showtime { id } viewers heldSeats bookedSeats } }
}`;

interface Page<Node> {
  nodes: Node[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

export interface Programme {
  screens: Screen[];
  showtimes: Showtime[];
}

export type BookingFilter = { reference: string } | { email: string } | { showtimeId: string };

/** The venues whose desk this is: staff and managers stand where they are posted, others anywhere. */
export async function venues(): Promise<Venue[]> {
  type Answer = { me: { roles: string[]; venues: Venue[] } | null; venues: Page<Venue> };
  const { me, venues } = await ask<Answer>(VENUES);
  const roles = me?.roles.filter((role) => role !== "CUSTOMER") ?? [];
  return me && roles.length && roles.every((role) => POSTED.has(role)) ? me.venues : venues.nodes;
}

/** The screens of a venue and everything that is shown there on a day. */
export async function programme(venueId: string, date: string): Promise<Programme> {
  const found: Programme = { screens: [], showtimes: [] };
  let after: string | null = null;
  do {
    type Answer = { venue: { screens: Screen[] } | null; showtimes: Page<Showtime> };
    const answer: Answer = await ask<Answer>(PROGRAMME, { venueId, date, after });
    found.screens = answer.venue?.screens ?? [];
    found.showtimes.push(...answer.showtimes.nodes);
    after = answer.showtimes.pageInfo.hasNextPage ? answer.showtimes.pageInfo.endCursor : null;
  } while (after);
  return found;
}

/** What was sold on a day of the venue's calendar. */
export async function sales(venueId: string, day: string): Promise<Sales> {
  return (await ask<{ sales: Sales }>(SALES, { venueId, day })).sales;
}

export async function bookings(filter: BookingFilter, after: string | null = null): Promise<Page<Booking>> {
  return (await ask<{ bookings: Page<Booking> }>(BOOKINGS, { filter, after })).bookings;
}

/** The booking as it is after the cancellation, or the reason why it stands. */
export async function cancel(bookingId: string, idempotencyKey: string): Promise<Booking | string> {
  type Answer = { cancelBooking: (Booking & { __typename: "Booking" }) | { __typename: "Refused"; message: string } };
  const { cancelBooking } = await ask<Answer>(CANCEL, { input: { bookingId, idempotencyKey } });
  return cancelBooking.__typename === "Booking" ? cancelBooking : cancelBooking.message;
}

/** Somebody has paid at the counter: the booking as it is then, or the reason why not. */
export const takePayment = (booking: Booking, paymentId: string, idempotencyKey: string): Promise<Booking | string> =>
  settled(booking, TAKEN, { paymentId, idempotencyKey });

/** Money has been handed back at the counter: the booking as it is then, or the reason why not. */
export const handBack = (booking: Booking, refundId: string, idempotencyKey: string): Promise<Booking | string> =>
  settled(booking, HANDED_BACK, { refundId, idempotencyKey });

async function settled({ reference }: Booking, mutation: string, input: Record<string, string>): Promise<Booking | string> {
  const answer = (await ask<{ settled: { message?: string } }>(mutation, { input })).settled;
  if (answer.message !== undefined) return answer.message;
  const [booking] = (await bookings({ reference })).nodes;
  return booking ?? "";
}

/** Whether whoever is logged in may look at other people's bookings. */
export async function mayFindBookings(): Promise<boolean> {
  return ask(MAY_FIND).then(
    () => true,
    () => false,
  );
}

/** Whether an error, of an answer or of a subscription, says that they lack the right. */
export function isRefusal(error: unknown): boolean {
  const codes = error instanceof ApiError ? error.codes : Array.isArray(error) ? error.map(codeOf) : [];
  return codes.some((code) => code === "FORBIDDEN" || code === "UNAUTHENTICATED");
}

function codeOf(error: { extensions?: { code?: string } }): string {
  return error.extensions?.code ?? "INTERNAL";
}

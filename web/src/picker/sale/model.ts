// What the API says about a sale: the shapes that the sale's views share, and the fields they ask for.
import type { PriceLine } from "../../seat-map/types.ts";
import type { Money } from "../../text/format.ts";

export type { Hold, PriceLine } from "../../seat-map/types.ts";
export type BookingStatus = "PENDING" | "CONFIRMED" | "CANCELLED" | "EXPIRED" | "COMPLETED";
export type PaymentStatus =
  | "PENDING" | "PROCESSING" | "SUCCEEDED" | "FAILED" | "CANCELLED" | "EXPIRED" | "REFUNDED" | "PARTIALLY_REFUNDED";
export type Provider = "SANDBOX" | "STRIPE" | "RAZORPAY" | "VNPAY" | "COUNTER";
export type RefundReason =
  | "CUSTOMER" | "STAFF" | "WRONG_AMOUNT" | "DOUBLE_PAYMENT" | "SEATS_GONE" | "OFFER_DECLINED" | "OFFER_EXPIRED" | "BOOKING_CANCELLED"
  | "SHOWTIME_CANCELLED" | "SHOWTIME_STARTED" | "AT_PROVIDER";

export interface Showtime {
  id: string;
  startsAt: string;
  endsAt: string;
  status: "SCHEDULED" | "ONGOING" | "COMPLETED" | "CANCELLED";
  onSale: boolean;
  salesOpenAt: string | null;
  language: string | null;
  format: string | null;
  movie: { id: string; title: string; posterUrl: string | null; runtimeMinutes: number | null; ageRestriction: number | null };
  screen: { name: string; venue: { name: string; address: string | null; city: string | null; timezone: string; priceTerms?: { roundTo: Money | null } } };
}

export interface Ticket {
  id: string;
  seat: string;
  code: string;
  qr: string;
  status: "VALID" | "USED" | "CANCELLED";
}

export interface Payment {
  id: string;
  provider: Provider;
  amount: Money;
  status: PaymentStatus;
  checkoutUrl: string | null;
}

export interface PaymentMethod {
  provider: Provider;
}

/** Seats held instead of those that were sold before the money came. */
export interface Offer {
  seats: string[];
  expiresAt: string;
  together: boolean;
}

export interface Refund {
  id: string;
  amount: Money;
  kept: Money;
  seats: string[];
  reason: RefundReason;
  note: string | null;
  status: "PENDING" | "PROCESSING" | "SUCCEEDED" | "FAILED";
  attempt: number;
  createdAt: string;
}

/** What would come back for some tickets now. */
export interface RefundQuote {
  seats: string[];
  amount: Money;
  kept: Money;
  percent: number;
  until: string | null;
  refusal: string | null;
}

/** A booking as lists show it. */
export interface BookingLine {
  id: string;
  reference: string;
  seats: string[];
  status: BookingStatus;
  total: Money;
  payableUntil: string | null;
  showtime: Showtime;
}

export interface Booking extends BookingLine {
  lines: PriceLine[];
  tickets: Ticket[];
  payments: (Payment & { refunds: Refund[] })[];
  paymentMethods: PaymentMethod[];
  offer: Offer | null;
  refundPolicy: { hours: number; percent: number }[];
}

export const SHOWTIME = `id startsAt endsAt status onSale salesOpenAt language format
  movie { id title posterUrl runtimeMinutes ageRestriction } screen { name venue { name address city timezone } }`;
const LINES = "lines { part text seat kind amount { amount currency } }";
export const HOLD = `id seats status expiresAt extendableUntil together total { amount currency } ${LINES}`;
export const BOOKING_LINE = `id reference seats status payableUntil total { amount currency } showtime { ${SHOWTIME} }`;
export const PAYMENT = "id provider status checkoutUrl amount { amount currency }";
const REFUND = "id amount { amount currency } kept { amount currency } seats reason note status attempt createdAt";
export const BOOKING = `${BOOKING_LINE} ${LINES} tickets { id seat code qr status } payments { ${PAYMENT} refunds { ${REFUND} } }
  paymentMethods { provider } offer { seats expiresAt together } refundPolicy { hours percent }`;

/** The address of a booking's own view. */
export const bookingPath = (id: string): string => `/bookings/${encodeURIComponent(id)}`;

/** The address of a showtime's seats. */
export const seatsPath = (id: string): string => `/showtimes/${encodeURIComponent(id)}`;

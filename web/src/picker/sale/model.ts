// What the API says about a sale: the shapes that the sale's views share, and the fields they ask for.
import type { PriceLine } from "../../seat-map/types.ts";
import type { Money } from "../../text/format.ts";

export type { Hold, PriceLine } from "../../seat-map/types.ts";
export type BookingStatus = "PENDING" | "CONFIRMED" | "CANCELLED" | "EXPIRED" | "COMPLETED";
export type PaymentStatus =
  | "PENDING" | "PROCESSING" | "SUCCEEDED" | "FAILED" | "CANCELLED" | "EXPIRED" | "REFUNDED" | "PARTIALLY_REFUNDED";

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
  provider: string;
  amount: Money;
  status: PaymentStatus;
  checkoutUrl: string | null;
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
  payments: Payment[];
}

export const SHOWTIME = `id startsAt endsAt status onSale salesOpenAt language format
  movie { id title posterUrl runtimeMinutes ageRestriction } screen { name venue { name address city timezone } }`;
const LINES = "lines { part text seat kind amount { amount currency } }";
export const HOLD = `id seats status expiresAt extendableUntil together total { amount currency } ${LINES}`;
export const BOOKING_LINE = `id reference seats status payableUntil total { amount currency } showtime { ${SHOWTIME} }`;
export const PAYMENT = "id provider status checkoutUrl amount { amount currency }";
export const BOOKING = `${BOOKING_LINE} ${LINES} tickets { id seat code qr status } payments { ${PAYMENT} }`;

/** The address of a booking's own view. */
export const bookingPath = (id: string): string => `/bookings/${encodeURIComponent(id)}`;

/** The address of a showtime's seats. */
export const seatsPath = (id: string): string => `/showtimes/${encodeURIComponent(id)}`;

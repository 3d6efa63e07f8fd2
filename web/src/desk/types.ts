// What the desk is told by the API.
import type { Money } from "../text/format.ts";

export interface Venue {
  id: string;
  name: string;
  city: string | null;
  timezone: string;
  currency: string;
}

export interface Screen {
  id: string;
  name: string;
  capacity: number;
}

export interface Showtime {
  id: string;
  startsAt: string;
  endsAt: string;
  status: "SCHEDULED" | "ONGOING" | "COMPLETED" | "CANCELLED";
  format: string | null;
  language: string | null;
  movie: { id: string; title: string };
  screen: { id: string };
  seatMap: { capacity: number; available: number };
}

export interface ShowtimeNow {
  showtime: { id: string };
  viewers: number;
  heldSeats: number;
  bookedSeats: number;
}

export interface HouseNow {
  at: string;
  viewers: number;
  holds: number;
  heldSeats: number;
  showtimes: ShowtimeNow[];
}

export interface SalesPoint {
  at: string;
  tickets: number;
  revenue: Money;
}

export interface MovieSales {
  movie: { id: string; title: string };
  tickets: number;
  revenue: Money;
}

export interface Sales {
  tickets: number;
  bookings: number;
  revenue: Money;
  refunded: Money;
  byHour: SalesPoint[];
  byMovie: MovieSales[];
}

export type BookingStatus = "PENDING" | "CONFIRMED" | "CANCELLED" | "EXPIRED" | "COMPLETED";

export interface Refund {
  id: string;
  amount: Money;
  seats: string[];
  reason: string;
  status: string;
  note: string | null;
}

export interface Payment {
  id: string;
  provider: string;
  status: string;
  amount: Money;
  refunds: Refund[];
}

export interface Booking {
  id: string;
  reference: string;
  seats: string[];
  status: BookingStatus;
  total: Money;
  createdAt: string;
  showtime: { id: string; startsAt: string; movie: { title: string }; screen: { name: string; venue: { name: string; timezone: string } } };
  payments: Payment[];
}

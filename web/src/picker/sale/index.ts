// The sale: the seats of a showtime, a booking with its tickets, and all bookings of a person.
import "./sale.css";
import "./bookings.css";
import "./ticket.css";
import type { Route } from "../../router.ts";
import { BookingPage } from "./booking-page.ts";
import { BookingsPage } from "./bookings-page.ts";
import { SeatPage } from "./seat-page.ts";

export const routes: Route[] = [
  [/^\/showtimes\/([^/]+)$/, (id) => new SeatPage(id ?? "")],
  [/^\/bookings$/, () => new BookingsPage()],
  [/^\/bookings\/([^/]+)$/, (id) => new BookingPage(id ?? "")],
];

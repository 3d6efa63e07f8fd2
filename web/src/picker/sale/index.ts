// The sale: the seats of a showtime, a booking with its tickets, and all bookings of a person.
import "./sale.css";
import "./bookings.css";
import "./money.css";
import "./ticket.css";
import type { Route } from "../../router.ts";
import { Later } from "./later.ts";
import { SeatPage } from "./seat-page.ts";

export const routes: Route[] = [
  [/^\/showtimes\/([^/]+)$/, (id) => new SeatPage(id ?? "")],
  [/^\/bookings$/, () => new Later(async () => new (await import("./bookings-page.ts")).BookingsPage())],
  [/^\/bookings\/([^/]+)$/, (id) => new Later(async () => new (await import("./booking-page.ts")).BookingPage(id ?? ""))],
];

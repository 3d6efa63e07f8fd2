// What the visitor wants to see, as the address says it: reload, back and a link sent to a friend show the same.
import { serverNow } from "../../api/clock.ts";
import { today } from "../../text/format.ts";
import type { Movie, Venue } from "./data.ts";

export interface Filters {
  /** A day on the venue's calendar; empty: the first that has something left. */
  date: string;
  venue: string;
  genre: string;
  q: string;
}

export const DAYS = 14;
const KEPT = "marquee.venue";
const NAMES = ["date", "venue", "genre", "q"] as const;

/** The filters in an address. What is not a day is none. */
export function filtersOf(search: string): Filters {
  const found = new URLSearchParams(search);
  const [date, venue, genre, q] = NAMES.map((name) => found.get(name) ?? "") as [string, string, string, string];
  return { date: isDay(date) ? date : "", venue, genre, q };
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && dayAfter(text, 0) === text;
}

/** The address that shows this. */
export function addressOf(filters: Partial<Filters>): string {
  const said = new URLSearchParams();
  for (const name of NAMES) if (filters[name]) said.set(name, filters[name]);
  return said.size ? `/?${said}` : "/";
}

/** The house that is meant: the one asked for, the one of last time, the one where the visitor is, or the first. */
export function venueOf(venues: Venue[], asked: string): Venue | null {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const kept = localStorage.getItem(KEPT);
  const byId = (id: string | null): Venue | undefined => venues.find((venue) => venue.id === id);
  return byId(asked) ?? byId(kept) ?? venues.find(({ timezone }) => sameZone(timezone, here)) ?? venues[0] ?? null;
}

/** Some zones have two names (Asia/Calcutta, Asia/Kolkata); the formatter knows them as one. */
function sameZone(one: string, other: string): boolean {
  return new Intl.DateTimeFormat("en", { timeZone: one }).resolvedOptions().timeZone === other;
}

/** Show this house the next time too. */
export function keepVenue(id: string): void {
  localStorage.setItem(KEPT, id);
}

/** A calendar day so many days after another; calendars have no clocks that change. */
export function dayAfter(date: string, days = 1): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The days that are offered at a house: today there and the next. */
export function daysAt(venue: Venue): string[] {
  const first = today(venue.timezone, serverNow());
  return Array.from({ length: DAYS }, (_, ahead) => dayAfter(first, ahead));
}

/** Letters as people type them in a hurry: "hang ma" finds "Hàng Mã". */
export function plain(text: string): string {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase().trim();
}

/** Whether a film is of this genre and has this in its title. */
export function fits(movie: Movie, { genre, q }: Pick<Filters, "genre" | "q">): boolean {
  return (!genre || movie.genres.includes(genre)) && plain(movie.title).includes(plain(q));
}

// What the views of the programme ask the API for, and the shapes it answers with.
import { ask, type Variables } from "../../api/graphql.ts";
import type { Money } from "../../text/format.ts";

export interface Venue {
  id: string;
  name: string;
  city: string | null;
  address: string | null;
  timezone: string;
}

export interface Movie {
  id: string;
  title: string;
  description: string | null;
  runtimeMinutes: number | null;
  ageRestriction: number | null;
  status: "COMING_SOON" | "NOW_SHOWING" | "ENDED";
  posterUrl: string | null;
  opensOn: string | null;
  genres: string[];
}

export interface Showing {
  id: string;
  startsAt: string;
  language: string | null;
  format: string | null;
  status: "SCHEDULED" | "ONGOING" | "COMPLETED" | "CANCELLED";
  onSale: boolean;
  salesOpenAt: string | null;
  basePrice: Money;
  movie: { id: string };
  screen: { name: string; venue: Venue };
}

/** How many seats of a showing are free. */
export interface Seats {
  available: number;
  capacity: number;
}

export interface Catalogue {
  venues: Venue[];
  showing: Movie[];
  soon: Movie[];
}

interface Connection<T> {
  nodes: T[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

const MOST = 1_000; // what a page can still show; a longer list has other troubles
const PAGE = "pageInfo { hasNextPage endCursor }";
const VENUE = "id name city address timezone";
const MOVIE = "id title description runtimeMinutes ageRestriction status posterUrl opensOn genres";
const SHOWING = `id startsAt language format status onSale salesOpenAt basePrice { amount currency } movie { id }
  screen { name venue { ${VENUE} } }`;
const VENUES = `query Venues($after: String) { list: venues(first: 100, after: $after) { nodes { ${VENUE} } ${PAGE} } }`;
const MOVIES = `query Movies($status: MovieStatus!, $after: String) {
  list: movies(filter: { status: $status }, first: 100, after: $after) { nodes { ${MOVIE} } ${PAGE} }
}`;
const SHOWINGS = `query Showings($filter: ShowtimeFilter!, $after: String) {
  list: showtimes(filter: $filter, first: 100, after: $after) { nodes { ${SHOWING} } ${PAGE} }
}`;
const FILM = `query Film($id: ID!) { movie(id: $id) { ${MOVIE} } }`;
const SEATS = `query Seats($filter: ShowtimeFilter!) {
  showtimes(filter: $filter, first: 100) { nodes { id seatMap { available capacity } } }
}`;

/** A whole list, page after page. */
async function everything<T>(query: string, variables: Variables = {}): Promise<T[]> {
  const nodes: T[] = [];
  for (let after: string | null = null; ; ) {
    const { list }: { list: Connection<T> } = await ask(query, { ...variables, after });
    nodes.push(...list.nodes);
    after = list.pageInfo.endCursor;
    if (!list.pageInfo.hasNextPage || nodes.length >= MOST) return nodes;
  }
}

/** The houses, and the films that are or will be on. */
export async function catalogue(): Promise<Catalogue> {
  const [venues, showing, soon] = await Promise.all([
    everything<Venue>(VENUES),
    everything<Movie>(MOVIES, { status: "NOW_SHOWING" }),
    everything<Movie>(MOVIES, { status: "COMING_SOON" }),
  ]);
  return { venues, showing, soon };
}

/** Which showings: of a film, in a house, on a day of that house's calendar. */
export interface Which {
  movieId?: string;
  venueId?: string;
  date?: string;
}

/** Those that one can still go to, the earliest first. */
export async function showings(which: Which): Promise<Showing[]> {
  const all = await everything<Showing>(SHOWINGS, { filter: which });
  return all.filter(({ status }) => status === "SCHEDULED");
}

/** A film; null if there is none. */
export async function film(id: string): Promise<Movie | null> {
  return (await ask<{ movie: Movie | null }>(FILM, { id })).movie;
}

/** How full the showings are, by their ids. */
export async function seats(which: Which): Promise<Map<string, Seats>> {
  const { showtimes } = await ask<{ showtimes: { nodes: { id: string; seatMap: Seats }[] } }>(SEATS, { filter: which });
  return new Map(showtimes.nodes.map(({ id, seatMap }) => [id, seatMap]));
}

// A film's page: what it is about, and when and where it is shown, house by house.
import { html, nothing } from "lit-html";
import { serverNow } from "../../api/clock.ts";
import { calendarDay, today } from "../../text/format.ts";
import type { Movie, Showing, Venue } from "./data.ts";
import type { Fetching } from "./fetching.ts";
import { dayAfter, venueOf } from "./filters.ts";
import { NeedingView } from "./needing.ts";
import { backdrop, poster } from "./poster.ts";
import { ahead, by, facts, ticket } from "./showing.ts";
import { empty, failed, stale, waiting } from "./states.ts";
import { store } from "./store.ts";
import { say } from "./texts.ts";

const DAYS = 3; // of a house, until one asks for more

const CHEVRON = html`<svg viewBox="0 0 12 8" aria-hidden="true"><path d="m1 1.5 5 5 5-5"></path></svg>`;

export class FilmPage extends NeedingView {
  /** Houses that have come into view: only their seats are counted. */
  readonly #seen = new Set<string>();
  /** Houses all of whose days are shown. */
  readonly #open = new Set<string>();
  #eye: IntersectionObserver | null = null;

  constructor(private readonly id: string) {
    super();
  }

  get title(): string {
    return store.film(this.id).value?.title ?? say("title");
  }

  protected needs(): Fetching<unknown>[] {
    const seats = [...this.#seen].map((venueId) => store.seats({ movieId: this.id, venueId }));
    return [store.film(this.id), store.showings({ movieId: this.id }), ...seats];
  }

  override start(changed: () => void): void {
    this.#eye = new IntersectionObserver((entries) => this.#see(entries), { rootMargin: "200px" });
    super.start(changed);
  }

  override stop(): void {
    this.#eye?.disconnect();
    super.stop();
  }

  #see(entries: IntersectionObserverEntry[]): void {
    const fresh = entries.filter(({ isIntersecting }) => isIntersecting).map(({ target }) => (target as HTMLElement).dataset["venue"] ?? "");
    if (fresh.every((id) => this.#seen.has(id))) return;
    for (const id of fresh) this.#seen.add(id);
    this.changed();
  }

  draw(): unknown {
    const asked = store.film(this.id);
    const movie = asked.value;
    if (movie) return html`<article class="programme" aria-labelledby="film">${this.#film(movie)}</article>`;
    if (asked.problem) return html`<div class="programme"><h1 class="unseen">${say("title")}</h1>${failed(asked.problem, this.again)}</div>`;
    if (asked.isThere) return html`<div class="programme"><h1 class="unseen">${say("noFilm")}</h1>${empty(say("noFilm"), undefined, { href: "/", text: say("back") })}</div>`;
    return html`<div class="programme"><section class="hero scene"><h1 class="unseen">${say("title")}</h1></section>${waiting(3)}</div>`;
  }

  #film(movie: Movie): unknown {
    const asked = store.showings({ movieId: this.id });
    const old = [asked, store.film(this.id)].some(({ value, problem }) => value && problem);
    return html`
      <section class="hero scene film-scene">
        ${backdrop(movie)}
        <div class="hero-inside">
          <div class="hero-poster">${poster(movie, { alt: say("poster", { title: movie.title }), eager: true })}</div>
          <div class="hero-words">
            <a class="way-back" href="/"><span aria-hidden="true">←</span> ${say("back")}</a>
            <h1 id="film">${movie.title}</h1>
            ${facts(movie)}
            ${movie.description ? html`<p class="story whole">${movie.description}</p>` : nothing}
            ${movie.status === "COMING_SOON" ? html`<p class="eyebrow">${opening(movie)}</p>` : nothing}
          </div>
        </div>
        <span class="bulbs" aria-hidden="true"></span>
      </section>
      ${old ? stale(this.again) : nothing}
      <section aria-labelledby="showtimes">
        <h2 id="showtimes">${say("showtimes")}</h2>
        ${asked.value ? this.#houses(movie, ahead(asked.value)) : asked.problem ? failed(asked.problem, this.again) : waiting(3)}
      </section>`;
  }

  #houses(movie: Movie, showings: Showing[]): unknown {
    if (!showings.length) return empty(say(movie.status === "ENDED" ? "ended" : "noShowtimes"), undefined, { href: "/", text: say("back") });
    queueMicrotask(() => document.querySelectorAll("[data-venue]").forEach((house) => this.#eye?.observe(house)));
    const houses = by(({ screen }) => screen.venue.id, showings);
    const venues = [...houses.values()].map(([one]) => (one as Showing).screen.venue);
    const mine = venueOf(venues, "");
    venues.sort((one, other) => Number(other === mine) - Number(one === mine) || one.name.localeCompare(other.name));
    return venues.map((venue) => this.#house(movie, venue, houses.get(venue.id) ?? []));
  }

  #house(movie: Movie, venue: Venue, showings: Showing[]): unknown {
    const days = [...by(({ startsAt }) => startsAt.slice(0, 10), showings)];
    const open = this.#open.has(venue.id);
    const hidden = days.length - DAYS;
    return html`<section class="house" data-venue=${venue.id} aria-labelledby="house-${venue.id}">
      <div class="house-head">
        <h3 id="house-${venue.id}">${venue.name}</h3>
        <p class="soft small">${[venue.address, venue.city].filter(Boolean).join(", ")}</p>
      </div>
      <div class="house-days">
        ${days.slice(0, open ? days.length : DAYS).map(([date, those]) => this.#day(movie, venue, date, those))}
        ${hidden > 0 ? html`<button class="button quiet" aria-expanded=${open ? "true" : "false"} @click=${() => this.#turn(venue.id)}>
          ${open ? say("fewerDays") : say("allDays", { count: hidden })} ${CHEVRON}</button>` : nothing}
      </div>
    </section>`;
  }

  #day(movie: Movie, venue: Venue, date: string, showings: Showing[]): unknown {
    const seats = store.seats({ movieId: this.id, venueId: venue.id }).value;
    const first = today(venue.timezone, serverNow());
    const near = date === first ? say("today") : date === dayAfter(first) ? say("tomorrow") : "";
    return html`<div class="house-day">
      <h4>${near ? html`<b>${near}</b> ` : nothing}${calendarDay(date)}</h4>
      <ul class="tickets" role="list">${showings.map((showing) => ticket(showing, movie.title, seats?.get(showing.id), true))}</ul>
    </div>`;
  }

  #turn(venueId: string): void {
    if (!this.#open.delete(venueId)) this.#open.add(venueId);
    this.changed();
  }
}

function opening({ opensOn }: Movie): string {
  return opensOn ? say("opens", { day: calendarDay(opensOn, { day: "numeric", month: "long", year: "numeric" }) }) : say("opensSomeday");
}

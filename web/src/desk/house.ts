// What the desk knows: one venue, one day, and everything that moves there. "change" is dispatched when it knows more.
import { syncClock, serverNow } from "../api/clock.ts";
import { live } from "../api/live.ts";
import { today } from "../text/format.ts";
import { address, keep } from "./address.ts";
import { HOUSE_NOW, isRefusal, mayFindBookings, programme, sales, venues } from "./api.ts";
import { History } from "./history.ts";
import type { HouseNow, Sales, Screen, Showtime, ShowtimeNow, Venue } from "./types.ts";

export type Phase = "loading" | "open" | "refused" | "failed";
const REFRESH_MS = 15_000;
const BURST_MS = 1_000;

class House extends EventTarget {
  phase: Phase = "loading";
  /** Whether they may read reports; who stands at the counter may only find bookings. */
  reports = true;
  venues: Venue[] = [];
  venue: Venue | null = null;
  day = "";
  screens: Screen[] = [];
  showtimes: Showtime[] = [];
  now: HouseNow | null = null;
  sales: Sales | null = null;
  histories = { viewers: new History(), holds: new History(), heldSeats: new History() };
  #byShowtime = new Map<string, ShowtimeNow>();
  #taken = "";
  #turn = 0;
  #followsToday = true;
  #watched: string | null = null;
  #unwatch = (): void => undefined;
  #timer = 0;
  #burst = 0;

  /** Today on the venue's calendar. */
  get today(): string {
    return this.venue ? today(this.venue.timezone, serverNow()) : "";
  }

  /** The day whose sales are shown: nothing is sold yet on a day to come, so then it is today. */
  get salesDay(): string {
    return this.day > this.today ? this.today : this.day;
  }

  nowOf(showtimeId: string): ShowtimeNow | undefined {
    return this.#byShowtime.get(showtimeId);
  }

  /** Begin, as whoever is logged in. */
  async open(): Promise<void> {
    this.close();
    this.reports = true;
    this.#say("loading");
    const turn = this.#turn;
    try {
      await syncClock();
      this.venues = await venues();
    } catch (error) {
      if (turn === this.#turn) await this.#failed(error);
      return;
    }
    if (turn !== this.#turn) return;
    const wanted = this.venues.find(({ id }) => id === address().venue) ?? this.venues[0];
    if (wanted) await this.choose(wanted, address().day);
    else this.#say("open");
  }

  /** Look at another venue or day. */
  async choose(venue: Venue, day?: string | null): Promise<void> {
    if (venue.id !== this.venue?.id) this.#forget();
    this.venue = venue;
    this.day = day || this.today;
    this.#followsToday = this.day === this.today;
    this.showtimes = [];
    this.sales = null;
    keep({ venue: venue.id, day: this.#followsToday ? null : this.day });
    this.#turn++;
    this.dispatchEvent(new Event("change"));
    await this.refresh();
  }

  /** Ask again for what is not told by itself. */
  async refresh(): Promise<void> {
    const { venue, day, salesDay } = this;
    if (!venue) return;
    if (this.#followsToday && day !== this.today) return this.choose(venue);
    window.clearTimeout(this.#timer);
    const turn = ++this.#turn;
    try {
      const [shown, sold] = await Promise.all([programme(venue.id, day), this.reports ? sales(venue.id, salesDay) : null]);
      if (turn !== this.#turn) return;
      Object.assign(this, shown, { sales: sold });
      if (this.reports) this.#watch(venue);
      this.#say("open");
    } catch (error) {
      if (turn === this.#turn) await this.#failed(error);
    }
    if (this.venue && turn === this.#turn) this.#timer = window.setTimeout(() => this.refresh(), REFRESH_MS);
  }

  close(): void {
    this.#forget();
    this.#turn++;
    window.clearTimeout(this.#timer);
    this.venue = null;
  }

  #forget(): void {
    this.#unwatch();
    this.#unwatch = () => undefined;
    this.#watched = null;
    window.clearTimeout(this.#burst);
    this.now = null;
    this.#taken = "";
    this.#byShowtime.clear();
    this.histories = { viewers: new History(), holds: new History(), heldSeats: new History() };
  }

  #watch(venue: Venue): void {
    if (this.#watched === venue.id) return;
    this.#watched = venue.id;
    const hear = ({ houseNow }: { houseNow: HouseNow }): void => this.#hear(houseNow);
    this.#unwatch = live.watch(HOUSE_NOW, () => ({ venueId: venue.id }), hear, (error) => {
      this.#watched = null; // the next refresh tries again
      void this.#failed(error);
    });
  }

  #hear(now: HouseNow): void {
    this.now = now;
    this.#byShowtime = new Map(now.showtimes.map((each) => [each.showtime.id, each]));
    this.histories.viewers.add(now.viewers);
    this.histories.holds.add(now.holds);
    this.histories.heldSeats.add(now.heldSeats);
    this.#afterBookings(now);
    this.dispatchEvent(new Event("change"));
  }

  /** Seats were booked or given back: the sales are others, too. Several at once are asked about once. */
  #afterBookings({ showtimes }: HouseNow): void {
    const booked = showtimes.reduce((sum, { bookedSeats }) => sum + bookedSeats, 0);
    const taken = `${booked} of ${showtimes.length}`; // a showtime of another day is left out when nothing is held there
    const before = this.#taken;
    this.#taken = taken;
    if (!before || taken === before) return;
    window.clearTimeout(this.#burst);
    this.#burst = window.setTimeout(() => this.refresh(), BURST_MS);
  }

  async #failed(error: unknown): Promise<void> {
    if (!isRefusal(error)) return this.#say("failed");
    const turn = this.#turn;
    const atTheCounter = this.reports && (await mayFindBookings());
    if (turn !== this.#turn) return;
    this.reports = false;
    if (atTheCounter) return this.refresh();
    this.close();
    this.#say("refused");
  }

  #say(phase: Phase): void {
    this.phase = phase;
    this.dispatchEvent(new Event("change"));
  }
}

export const house = new House();

// What a chart of sales counts: tickets, or money.
import { say } from "../../text/desk-sales.ts";
import { money } from "../../text/format.ts";
import { count, short, size, sum } from "../numbers.ts";
import type { SalesPoint } from "../types.ts";

export type Sold = Pick<SalesPoint, "tickets" | "revenue">;

export interface Measure {
  name: string;
  /** As a length. */
  of: (sold: Sold) => number;
  /** As people read it. */
  told: (sold: Sold) => string;
  /** The same of several together. */
  total: (sold: Sold[]) => string;
  /** Beside an axis. */
  short: (figure: number) => string;
}

export type MeasureName = "tickets" | "revenue";

export function measure(name: MeasureName, currency: string): Measure {
  if (name === "tickets") {
    return {
      name: say("showTickets"),
      of: ({ tickets }) => tickets,
      told: ({ tickets }) => count(tickets),
      total: (sold) => count(sold.reduce((all, { tickets }) => all + tickets, 0)),
      short: (figure) => short(figure),
    };
  }
  return {
    name: say("showRevenue"),
    of: ({ revenue }) => size(revenue),
    told: ({ revenue }) => money(revenue),
    total: (sold) => money(sum(sold.map(({ revenue }) => revenue), currency)),
    short: (figure) => short(figure, currency),
  };
}

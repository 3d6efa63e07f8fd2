// Figures as people write them, beside what text/format.ts knows about money and time.
import { type Money, locale, money } from "../text/format.ts";

export function count(figure: number): string {
  return new Intl.NumberFormat(locale()).format(figure);
}

export function percent(whole: number): string {
  return new Intl.NumberFormat(locale(), { style: "percent" }).format(whole / 100);
}

/** "12K", "₹1.2L": for axes, where a glance is enough. */
export function short(figure: number, currency?: string): string {
  const style = currency ? ({ style: "currency", currency, currencyDisplay: "narrowSymbol" } as const) : {};
  return new Intl.NumberFormat(locale(), { ...style, notation: "compact", maximumFractionDigits: 1, minimumFractionDigits: 0 }).format(figure);
}

/** Money as a length or a height on a chart; never to be shown. */
export function size({ amount }: Money): number {
  return Number(amount);
}

/** The sum of a chart's points, exactly, in their currency. */
export function sum(amounts: Money[], currency: string): Money {
  const decimals = Math.max(0, ...amounts.map(({ amount }) => (amount.split(".")[1] ?? "").length));
  const minor = amounts.reduce((all, { amount }) => all + BigInt(amount.replace(".", "")), 0n);
  const digits = minor.toString().padStart(decimals + 1, "0");
  return { amount: decimals ? `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}` : digits, currency };
}

export { money };

// Money, days and times as people write them: in their language, the currency's decimals and the venue's zone.
import { language } from "./index.ts";

export interface Money {
  amount: string;
  currency: string;
}

const REGIONS: Record<string, string> = { en: "en-GB", vi: "vi-VN", hi: "hi-IN" };

export function locale(): string {
  return REGIONS[language()] ?? language();
}

/** "₹250.00", "85.000 ₫": as many decimals as the API gave. */
export function money({ amount, currency }: Money): string {
  const digits = (amount.split(".")[1] ?? "").length;
  const format = new Intl.NumberFormat(locale(), {
    style: "currency", currency, currencyDisplay: "narrowSymbol", minimumFractionDigits: digits, maximumFractionDigits: digits,
  });
  return format.format(amount as unknown as number); // a decimal string is formatted exactly; a number might lose a cent
}

/** "19:30", where the venue is. */
export function time(instant: string, zone: string): string {
  return new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone }).format(new Date(instant));
}

/** "Sat 21 November", where the venue is. */
export function day(instant: string, zone: string): string {
  return new Intl.DateTimeFormat(locale(), { weekday: "short", day: "numeric", month: "long", timeZone: zone }).format(new Date(instant));
}

/** A calendar day, "2026-11-21", in words. */
export function calendarDay(date: string, style: Intl.DateTimeFormatOptions = { weekday: "short", day: "numeric", month: "short" }): string {
  return new Intl.DateTimeFormat(locale(), { ...style, timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));
}

/** Today, "2026-11-21", in a zone. */
export function today(zone: string, now: number, ahead = 0): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }).format(new Date(now + ahead * 86_400_000));
}

/** "9:05" of a number of milliseconds; never below "0:00". */
export function countdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

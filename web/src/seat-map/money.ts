// Amounts are decimal strings; they are added as whole minor units, so that no cent is lost.
import type { Money } from "./types.ts";

/** What these cost together; null if there are none. */
export function sum(amounts: Money[]): Money | null {
  const first = amounts[0];
  if (!first) return null;
  const decimals = (first.amount.split(".")[1] ?? "").length;
  const minor = amounts.reduce((total, { amount }) => total + BigInt(amount.replace(".", "")), 0n);
  const digits = String(minor).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  return { amount: decimals ? `${whole}.${digits.slice(-decimals)}` : whole, currency: first.currency };
}

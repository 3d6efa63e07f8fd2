// Amounts are decimal strings; they are added as whole minor units, so that no cent is lost.
import type { Money } from "./types.ts";

/** What these cost together; null if there are none. */
export function sum(amounts: Money[]): Money | null {
  const first = amounts[0];
  return first ? written(amounts.reduce((total, each) => total + minor(each), 0n), first) : null;
}

/** What a house asks for that rounds its totals: the nearest multiple of the step, half up; nothing is given away. */
export function rounded(total: Money, step: Money | null): Money {
  if (!step) return total;
  const multiple = minor(step);
  const near = ((2n * minor(total) + multiple) / (2n * multiple)) * multiple;
  return near ? written(near, total) : total;
}

const minor = ({ amount }: Money): bigint => BigInt(amount.replace(".", ""));

/** A number of minor units as an amount of the same currency as another. */
function written(units: bigint, { amount, currency }: Money): Money {
  const decimals = (amount.split(".")[1] ?? "").length;
  const digits = String(units < 0n ? -units : units).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const sign = units < 0n ? "-" : "";
  return { amount: sign + (decimals ? `${whole}.${digits.slice(-decimals)}` : whole), currency };
}

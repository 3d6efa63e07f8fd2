// What the element takes, shows and tells: the shapes of the API, and the events by their names.

export type SeatKind = "STANDARD" | "PREMIUM" | "VIP" | "WHEELCHAIR" | "COMPANION";
export type SeatState = "AVAILABLE" | "HELD" | "BOOKED" | "BLOCKED";
export type SeatRule = "NO_LONELY_SEAT" | "COMPANION_WITH_WHEELCHAIR" | "LOVE_SEAT_IN_PAIRS";
export type Connection = "connecting" | "live" | "reconnecting" | "offline";
export type Token = string | null | (() => string | null | Promise<string | null>);

export interface Money {
  amount: string;
  currency: string;
}

export interface Seat {
  label: string;
  row: string;
  number: number;
  section: string | null;
  x: number;
  y: number;
  kind: SeatKind;
  price: Money;
  state: SeatState;
  /** The other half of a love seat: the two are sold together only. */
  pairedWith: string | null;
}

export interface SeatMapSnapshot {
  version: number;
  capacity: number;
  available: number;
  /** In reading order: front row first, left to right. */
  seats: Seat[];
}

export interface SeatMapPatch {
  since: number;
  version: number;
  available: number;
  seats: { label: string; state: SeatState }[];
}

export type PricePart = "BASE" | "SEAT_KIND" | "RULE" | "COUPON" | "FEE" | "TAX" | "ROUNDING";

export interface PriceLine {
  part: PricePart;
  text: string;
  seat: string | null;
  kind: SeatKind | null;
  amount: Money;
}

export interface Hold {
  id: string;
  seats: string[];
  status: "ACTIVE" | "RELEASED" | "EXPIRED" | "BOOKED";
  expiresAt: string;
  total: Money;
  lines: PriceLine[];
  together: boolean;
  /** No extension goes beyond. */
  extendableUntil: string;
}

export interface BestSeats {
  seats: string[];
  together: boolean;
  total: Money;
  version: number;
}

/** What a party wants of its seats. */
export interface Wish {
  kinds?: SeatKind[] | null;
  accessible?: number;
}

export type RefusalReason =
  | "SeatsUnavailable"
  | "SeatSelectionRefused"
  | "TooManySeats"
  | "NotOnSale"
  | "HoldLimitReached"
  | "NotEnoughSeats"
  | "UNAUTHENTICATED"
  | "UNREACHABLE";

export interface Refusal {
  reason: RefusalReason;
  message: string;
  rule?: SeatRule;
  seats: string[];
  suggestion: string[] | null;
}

/** The `detail` of each event. */
export interface SeatMapEvents {
  "map-ready": { map: SeatMapSnapshot };
  "map-change": { version: number; available: number; seats: Seat[] };
  "seat-select": { seats: Seat[]; total: Money | null };
  "seat-lost": { seats: string[] };
  "hold-start": { hold: Hold };
  "hold-change": { hold: Hold };
  "hold-end": { hold: Hold; reason: "released" | "booked" };
  "hold-expired": { hold: Hold };
  "selection-refused": Refusal;
  "connection-change": { state: Connection };
  "map-error": { code: string; message: string };
}

/** Tell an event of the element. */
export type Tell = <Name extends keyof SeatMapEvents>(name: Name, detail: SeatMapEvents[Name]) => void;

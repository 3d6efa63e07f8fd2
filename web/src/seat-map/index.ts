// The element and its types: loading this file makes <seat-map> known to the page.
import { SeatMapElement } from "./element.ts";
import type { SeatMapEvents } from "./types.ts";

export * from "./types.ts";
export { SeatMapElement };

declare global {
  interface HTMLElementTagNameMap {
    "seat-map": SeatMapElement;
  }
  interface HTMLElementEventMap {
    "map-ready": CustomEvent<SeatMapEvents["map-ready"]>;
    "map-change": CustomEvent<SeatMapEvents["map-change"]>;
    "seat-select": CustomEvent<SeatMapEvents["seat-select"]>;
    "seat-lost": CustomEvent<SeatMapEvents["seat-lost"]>;
    "hold-start": CustomEvent<SeatMapEvents["hold-start"]>;
    "hold-change": CustomEvent<SeatMapEvents["hold-change"]>;
    "hold-end": CustomEvent<SeatMapEvents["hold-end"]>;
    "hold-expired": CustomEvent<SeatMapEvents["hold-expired"]>;
    "selection-refused": CustomEvent<SeatMapEvents["selection-refused"]>;
    "connection-change": CustomEvent<SeatMapEvents["connection-change"]>;
    "map-error": CustomEvent<SeatMapEvents["map-error"]>;
  }
}

if (!customElements.get("seat-map")) customElements.define("seat-map", SeatMapElement);

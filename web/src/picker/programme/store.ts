// What has been fetched, kept while the page is open: going back shows it at once.
import { catalogue, film, seats, showings } from "./data.ts";
import { Fetching, kept } from "./fetching.ts";

export const store = {
  catalogue: new Fetching(catalogue),
  film: kept(film),
  showings: kept(showings),
  seats: kept(seats),
};

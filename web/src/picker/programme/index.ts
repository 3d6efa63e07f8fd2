// The programme: what's on, and each film's page.
import "./programme.css";
import "./scene.css";
import "./poster.css";
import type { Route } from "../../router.ts";
import { FilmPage } from "./film-page.ts";
import { WhatsOn } from "./whats-on.ts";

export const routes: Route[] = [
  [/^\/$/, () => new WhatsOn()],
  [/^\/movies\/([^/]+)$/, (id) => new FilmPage(id ?? "")],
];

// The picker page: the frame around its views, and which of them is shown.
import "../styles/tokens.css";
import "../styles/base.css";
import "./shell.css";
import { html, nothing, render } from "lit-html";
import { session } from "../api/session.ts";
import { type Route, type View, followLinks, go, viewOf } from "../router.ts";
import { LANGUAGES, type Language, language, speak } from "../text/index.ts";
import { say } from "../text/shell.ts";
import { setTheme, theme } from "../theme.ts";
import { askToLogIn, loginDialog } from "./login.ts";
import { routes as account } from "./account/index.ts";
import { routes as programme } from "./programme/index.ts";
import { routes as sale } from "./sale/index.ts";

const ROUTES: Route[] = [...programme, ...sale, ...account];
const STAFF = new Set(["STAFF", "EDITOR", "MANAGER", "ADMIN", "SUPER_ADMIN"]);
const app = document.querySelector<HTMLElement>("#app") as HTMLElement;
const GLOBE = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9"></circle>
  <path d="M3 12h18M12 3c-5.5 5-5.5 13 0 18M12 3c5.5 5 5.5 13 0 18"></path></svg>`;
const MOON = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z"></path></svg>`;
const SUN = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="4.25"></circle>
  <path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"></path></svg>`;
let view: View | null = null;
let path = "";

function draw(): void {
  render(page(), app);
  document.title = view ? `${view.title} · Marquee` : "Marquee";
}

function show(): void {
  if (location.pathname === path && view?.moved) {
    view.moved();
    return draw();
  }
  path = location.pathname;
  view?.stop();
  view = viewOf(ROUTES, path);
  view?.start(draw);
  draw();
}

/** A new view begins at its top, and whoever does not see it is told. Going back is left to the browser, which knows where one was. */
function follow(): void {
  const before = path;
  show();
  if (path === before) return;
  window.scrollTo({ top: 0, behavior: "instant" });
  document.querySelector<HTMLElement>("#main")?.focus({ preventScroll: true });
}

function page(): unknown {
  return html`
    <a class="skip" href="#main" @click=${skip}>${say("skip")}</a>
    <header class="top">
      <a class="brand" href="/"><img src="/favicon.svg" alt="" width="32" height="32"><span>Marquee</span></a>
      <nav aria-label="Marquee">
        <a href="/" aria-current=${location.pathname === "/" ? "page" : nothing}>${say("home")}</a>
        <a href="/bookings" aria-current=${location.pathname.startsWith("/bookings") ? "page" : nothing}>${say("bookings")}</a>
        ${session.person ? html`<a href="/account" aria-current=${location.pathname.startsWith("/account") ? "page" : nothing}>${say("account")}</a>` : nothing}
        ${session.person?.roles.some((role) => STAFF.has(role)) ? html`<a href="/desk" data-leave>${say("desk")}</a>` : nothing}
      </nav>
      <div class="tools">${languagePicker()} ${themeButton()} ${who()}</div>
    </header>
    <main id="main" tabindex="-1">${view ? view.draw() : html`<p class="nothing">${say("notFound")}</p>`}</main>
    <footer class="foot"><span class="foot-brand">Marquee</span><a href="/graphql" data-leave>GraphQL API</a></footer>
    ${loginDialog()}`;
}

function languagePicker(): unknown {
  const choose = (event: Event): void => speak((event.target as HTMLSelectElement).value as Language);
  return html`<span class="language">${GLOBE}<select aria-label=${say("language")} @change=${choose}>
    ${Object.entries(LANGUAGES).map(([code, name]) => html`<option value=${code} lang=${code} ?selected=${code === language()}>${name}</option>`)}
  </select></span>`;
}

function themeButton(): unknown {
  const other = theme() === "dark" ? "light" : "dark";
  const change = (): void => {
    setTheme(other);
    draw();
  };
  return html`<button class="button quiet round" aria-label=${say(other === "dark" ? "toDark" : "toLight")} @click=${change}>
    ${other === "dark" ? MOON : SUN}</button>`;
}

function who(): unknown {
  const { person } = session;
  return person
    ? html`<span class="who">${person.name}</span><button class="button quiet" @click=${() => session.logOut()}>${say("logOut")}</button>`
    : html`<button class="button" @click=${() => askToLogIn()}>${say("logIn")}</button>`;
}

function skip(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>("#main")?.focus();
}

session.addEventListener("change", draw);
window.addEventListener("popstate", show);
window.addEventListener("marquee-go", follow);
window.addEventListener("marquee-language", draw);
window.addEventListener("marquee-redraw", draw);
followLinks(app);
if (location.pathname === "/index.html") go("/", { replace: true });
show();

// GraphiQL, the staff's desk for everything the API can do.
// Not graphiql/style.css: it also brings the editor's styles, which come with the editor, and a typeface we do not use.
import "graphiql/setup-workers/vite";
import "@graphiql/react/font/fira-code.css";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "../styles/tokens.css";
import "../styles/base.css";
import "./graphiql.css";
import { createRoot } from "react-dom/client";
import { send } from "../api/graphql.ts";
import { session } from "../api/session.ts";
import { Desk } from "./desk.tsx";
import { findSomething } from "./known.ts";

/** A session may have been ended elsewhere, and the bar must not name somebody as whom nobody asks. */
async function checkSession(): Promise<void> {
  const token = await session.accessToken();
  if (!token) return;
  const { me } = await send<{ me: object | null }>("{ me { id } }", {}, token);
  if (!me) await session.renew(token);
}

// The page opens all the same where the API is away.
await Promise.allSettled([checkSession(), findSomething()]);
createRoot(document.querySelector("#graphiql") as HTMLElement).render(<Desk />);

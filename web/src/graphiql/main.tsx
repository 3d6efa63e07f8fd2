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
import { session } from "../api/session.ts";
import { Desk } from "./desk.tsx";
import { findSomething } from "./known.ts";

// A session may have ended while nobody looked; renewing tells. The page opens all the same where the API is away.
await Promise.all([session.accessToken(), findSomething()].map((each) => each.catch(() => undefined)));
createRoot(document.querySelector("#graphiql") as HTMLElement).render(<Desk />);

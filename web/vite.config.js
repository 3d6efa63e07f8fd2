import { resolve } from "node:path";
import { defineConfig } from "vite";

const API = process.env.MARQUEE ?? "http://127.0.0.1:8000";
const page = (name) => resolve(import.meta.dirname, name);

// Three pages that share what they have in common. `npm run dev` serves them and passes the rest on to a running server.
export default defineConfig({
  build: {
    outDir: "dist",
    emptyOutDir: true,
    license: true,
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"], // as the element's own file: these know light-dark()
    chunkSizeWarningLimit: 2_000, // GraphiQL's editor
    rolldownOptions: {
      input: [page("index.html"), page("desk.html"), page("graphiql.html")],
      checks: { moduleLevelDirective: false }, // "use client": GraphiQL's parts say so a hundred times
    },
  },
  worker: { format: "es" },
  server: {
    proxy: {
      "/graphql": { target: API, ws: true },
      "/sandbox": API,
      "/posters": API,
    },
  },
});

import { resolve } from "node:path";
import { defineConfig } from "vite";

// The element alone, in one file whose name never changes: what other people's pages load as /seat-map.js.
// Its styles use light-dark(), which needs the browsers of 2024; made for older ones they would be half as long again.
export default defineConfig({
  publicDir: false,
  build: {
    outDir: "dist",
    emptyOutDir: false,
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    lib: {
      entry: resolve(import.meta.dirname, "src/seat-map/index.ts"),
      formats: ["es"],
      fileName: () => "seat-map.js",
    },
    rolldownOptions: { output: { minify: true, comments: false } },
  },
});

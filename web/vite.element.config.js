import { resolve } from "node:path";
import { defineConfig } from "vite";

// The element alone, in one file whose name never changes: what other people's pages load as /seat-map.js.
export default defineConfig({
  publicDir: false,
  build: {
    outDir: "dist",
    emptyOutDir: false,
    target: "es2022",
    lib: {
      entry: resolve(import.meta.dirname, "src/seat-map/index.ts"),
      formats: ["es"],
      fileName: () => "seat-map.js",
    },
  },
});

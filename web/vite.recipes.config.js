import { resolve } from "node:path";
import { defineConfig } from "vite";

const NAMES = ["plain", "react-apollo", "vue-urql"];
const recipes = resolve(import.meta.dirname, "recipes");

// The recipes as their readers would build them, for the tests; the element itself stays where it is served.
export default defineConfig({
  root: recipes,
  base: "./",
  define: { __VUE_OPTIONS_API__: "false", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" },
  build: {
    outDir: resolve(import.meta.dirname, "dist-recipes"),
    emptyOutDir: true,
    target: "es2022",
    rolldownOptions: {
      input: Object.fromEntries(NAMES.map((name) => [name, resolve(recipes, name, "index.html")])),
      external: ["/seat-map.js"],
    },
  },
});

import optimizeLocales from "@react-aria/optimize-locales-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The server that the development server passes requests on to. */
const api = process.env.BREAKOUT_URL ?? "http://127.0.0.1:8080";

/** Leaves out the fonts that GraphiQL brings inside its styles: the page's policy lets them not in, and the system has its own. */
const withoutFonts = {
  name: "without-fonts",
  enforce: "pre",
  transform(code, id) {
    return id.endsWith("/graphiql/dist/style.css") ? { code: code.replace(/@font-face\s*\{[^}]*\}/g, ""), map: null } : undefined;
  },
};

export default defineConfig({
  plugins: [react(), withoutFonts, { ...optimizeLocales.vite({ locales: ["en-US"] }), enforce: "pre" }],
  server: {
    proxy: {
      "/graphql": { target: api, ws: true, changeOrigin: true, rewriteWsOrigin: true },
      "/recordings": api,
    },
  },
  build: {
    target: "es2023",
    // Fonts and pictures stay files: the page's policy lets no data: fonts in.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    license: { fileName: "licenses.md" },
    reportCompressedSize: true,
    rolldownOptions: { input: { index: "index.html", graphiql: "graphiql.html" } },
  },
});

// Come here to add a page, or to change which server the development server talks to.
import { defineConfig } from "vite";

declare const process: { env: Record<string, string | undefined> };

// `npm run dev` serves the pages and hands every call on to a dispatcher that runs already.
const dispatcher = process.env.LAMPLIGHTER_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  build: {
    target: "es2022",
    // MapLibre alone is over the default limit of 500 kB; it is one file, cached for good.
    chunkSizeWarningLimit: 1500,
    rollupOptions: {
      input: {
        accounts: "accounts.html",
        audit: "audit.html",
        guardian: "guardian.html",
        index: "index.html",
        lamps: "lamps.html",
        press: "press.html",
        police: "police.html",
        "sign-in": "sign-in.html",
      },
    },
  },
  server: { proxy: { "/v1": { target: dispatcher, ws: true } } },
});

// Come here for how the phone's page is built: one file, so that it starts after one request.
import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const shared = { outDir: "dist", emptyOutDir: false, copyPublicDir: false, target: "es2022" };

/** Puts script and style into the page, and the page squeezed beside it: a slow line waits for both. */
function one_file(): Plugin {
  return {
    name: "one-file",
    enforce: "post",
    generateBundle(_options, bundle) {
      const files = Object.values(bundle);
      const page = files.find((file) => file.fileName === "sos.html");
      if (page?.type !== "asset") throw new Error("there is no sos.html to put things into");
      let source = String(page.source);
      for (const file of files.filter((one) => one !== page)) {
        const is_code = file.type === "chunk";
        const content = is_code ? file.code.trim() : String(file.source).trim();
        const tag = new RegExp(`<(script|link)[^>]*/${file.fileName}"[^>]*>(</script>)?`);
        if (!tag.test(source)) throw new Error(`${file.fileName} is not asked for by the page`);
        // A function, for "$&" in code must stay what it is.
        source = source.replace(tag, () =>
          is_code ? script(content) : `<style>${content}</style>`,
        );
        delete bundle[file.fileName];
      }
      page.source = source;
      this.emitFile({
        type: "asset",
        fileName: "sos.html.gz",
        source: gzipSync(source, { level: 9 }),
      });
    },
  };
}

/** "</script" inside of a text would end the script. */
const script = (code: string) =>
  `<script type="module">${code.replaceAll("</script", "<\\/script")}</script>`;

const page = defineConfig({
  plugins: [one_file()],
  build: { ...shared, modulePreload: false, rollupOptions: { input: "sos.html" } },
});

const worker = defineConfig({
  build: {
    ...shared,
    rollupOptions: {
      input: "src/sos/worker.ts",
      // At the root, so that it may serve /sos; under a name that stays, so that it is found again.
      output: { format: "iife", entryFileNames: "sos-worker.js" },
    },
  },
});

export default defineConfig(({ mode }) => (mode === "worker" ? worker : page));

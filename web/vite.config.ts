import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const api = "http://127.0.0.1:8721";
const SMALL = 1024; // bytes; below it compressing gains nothing

export default defineConfig({
  plugins: [react(), gzipped()],
  server: {
    proxy: { "/api": api, "/ws": { target: api, ws: true } },
  },
  build: { chunkSizeWarningLimit: 1200, rollupOptions: { input: ["index.html", "bench.html"] } },
});

/** Beside every asset its compressed twin, for the server to send instead. */
function gzipped(): Plugin {
  let directory = "";
  return {
    name: "gzipped",
    apply: "build",
    configResolved: ({ root, build }) => void (directory = join(root, build.outDir, "assets")),
    closeBundle() {
      for (const name of readdirSync(directory)) {
        const content = readFileSync(join(directory, name));
        if (content.length > SMALL) writeFileSync(join(directory, `${name}.gz`), gzipSync(content, { level: 9 }));
      }
    },
  };
}

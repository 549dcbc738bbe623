import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const api = "http://127.0.0.1:8721";
const SMALL = 1024; // bytes; below it compressing gains nothing

export default defineConfig({
  plugins: [react(), worker(), gzipped()],
  server: {
    proxy: { "/api": api, "/ws": { target: api, ws: true } },
  },
  build: { chunkSizeWarningLimit: 1200, rollupOptions: { input: ["index.html", "docs.html", "bench.html"] } },
});

/** Tells the service worker what it keeps: every file of the build but itself, and a version that changes with any of them. */
function worker(): Plugin {
  let directory = "";
  return {
    name: "worker",
    apply: "build",
    configResolved: ({ root, build }) => void (directory = join(root, build.outDir)),
    closeBundle() {
      const names = readdirSync(directory, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name).slice(directory.length).replaceAll("\\", "/"))
        .filter((name) => !/\.gz$|^\/sw\.js$|\.map$|\/(bench|docs|traffic)\b/.test(name))
        .sort();
      const hash = createHash("sha256");
      for (const name of names) hash.update(name).update(readFileSync(join(directory, name)));
      const build = { version: hash.digest("hex").slice(0, 12), files: names.filter((name) => name !== "/index.html") };
      const text = readFileSync(join(directory, "sw.js"), "utf8");
      writeFileSync(join(directory, "sw.js"), `const BUILD = ${JSON.stringify(build)};\n${text}`);
    },
  };
}

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

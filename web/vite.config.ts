import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const api = "http://127.0.0.1:8721";

export default defineConfig({
  plugins: [react()],
  server: {
    proxy: { "/api": api, "/ws": { target: api, ws: true } },
  },
  build: { chunkSizeWarningLimit: 1200 },
});

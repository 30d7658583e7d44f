import { resolve } from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm start` serves the API while `npm run console` serves the sources. */
const api = process.env.EASYSALE_API ?? 'http://127.0.0.1:4000';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss()],
  build: {
    outDir: resolve(import.meta.dirname, 'dist'),
    // The gallery of the kit is built for its tests only.
    ...(process.env.GALLERY ? { rolldownOptions: { input: resolve(import.meta.dirname, 'gallery/index.html') } } : {}),
    emptyOutDir: true,
    manifest: true,
    // light-dark() of the tokens stays as it is written.
    target: ['chrome123', 'edge123', 'firefox128', 'safari18'],
    // Inlined files would be `data:` addresses, which the content security policy refuses.
    assetsInlineLimit: 0,
  },
  server: { port: 5173, proxy: { '/api': api, '/local': api, '/config.json': api } },
});

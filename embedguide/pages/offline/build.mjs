// node build.mjs SCRIPTS OUT: bundles SCRIPTS/guide.js into OUT/offline.js, a classic script: browsers run no modules from disk.
import { build } from "esbuild"
import { copyFile } from "node:fs/promises"
import { createRequire } from "node:module"

const [, , scripts, out] = process.argv

await build({
  entryPoints: [`${scripts}/guide.js`],
  outfile: `${out}/offline.js`,
  bundle: true,
  minify: true,
  format: "iife",
  platform: "browser",
  target: "es2022",
  // A module knows where it lies; this script must ask before anything waits.
  banner: { js: "var egHere = document.currentScript.src;" },
  define: { "import.meta.url": "egHere" },
  logLevel: "error",
})
await copyFile(createRequire(import.meta.url).resolve("iframe-worker/shim"), `${out}/iframe-worker.js`)

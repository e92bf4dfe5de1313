// Bundles each entry file: node build.mjs FOLDER writes FOLDER/plotly-basic.min.js, plotly-points.min.js and plotly-gl.min.js.
// The settings follow plotly.js's own esbuild configuration; its style sheet is that of maps, which no figure here has.
import { build } from "esbuild"
import { fileURLToPath } from "node:url"

const here = (name) => fileURLToPath(new URL(name, import.meta.url))
const folder = process.argv[2] ?? here("out")

for (const kind of ["basic", "points", "gl"]) {
  await build({
    entryPoints: [here(`${kind}.js`)],
    outfile: `${folder}/plotly-${kind}.min.js`,
    bundle: true,
    minify: true,
    format: "iife",
    globalName: "Plotly",
    platform: "browser",
    target: "es2020",
    legalComments: "none",
    banner: { js: "/* plotly.js 4.1.1, (c) Plotly, Inc., MIT licence */" },
    alias: { regl: "@plotly/regl", buffer: here("no-buffer.js") },
    define: { global: "window", "define.amd": "false", "process.env.NODE_DEBUG": "false" },
    loader: { ".css": "empty" },
    logLevel: "error",
  })
}

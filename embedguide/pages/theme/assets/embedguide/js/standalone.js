// @ts-check
/** A figure as one file: a page with its numbers and the Plotly that draws them, which needs no network. */

import { saveText } from "./dom.js"
import { engineSource } from "./engine.js"

/**
 * The page.
 * @param {{title: string, paper: string, data: any[], layout: any, source: string}} parts `source`: the text of Plotly
 */
export function pageOf({ title, paper, data, layout, source }) {
  // Inside a script no "<" of a token may begin a tag.
  const figure = JSON.stringify({ data, layout }).replace(/</g, "\\u003c")
  const name = title.replace(/&/g, "&amp;").replace(/</g, "&lt;")
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${name}</title>
<style>body { margin: 0; background: ${paper} } #figure { height: 100vh }</style></head>
<body><div id="figure" role="img" aria-label="${name.replace(/"/g, "&quot;")}"></div>
<script>${source.replace(/<\/script/gi, "<\\/script")}</script>
<script>const figure = ${figure}
Plotly.newPlot("figure", figure.data, figure.layout, { responsive: true, showSendToCloud: false, displaylogo: false })</script>
</body></html>
`
}

/**
 * Whether a copy of the figure needs a legend of its own: on the page it stands outside of the plot.
 * @param {import("./figure.js").Figure} figure
 * @param {any[]} data
 */
export function wantsLegend(figure, data) {
  const names = data.filter((trace) => trace.name && trace.showlegend !== false)
  return figure.composed().layout.showlegend ?? names.length > 1
}

/**
 * Hand the reader the present view of a figure as a page of its own.
 * @param {import("./figure.js").Figure} figure drawn
 */
export async function savePage(figure) {
  const { data, layout } = figure.painted()
  const paper = getComputedStyle(document.body).backgroundColor
  const title = figure.root.querySelector(".eg-caption:not([hidden]) .eg-caption__title")?.textContent?.trim() ?? figure.id
  const source = await engineSource(figure.result?.plotly.data ?? [])
  const free = { ...layout, paper_bgcolor: paper, showlegend: wantsLegend(figure, data) }
  saveText(`${figure.root.dataset.name?.replace(/\W+/g, "-") ?? figure.id}.html`, pageOf({ title, paper, data, layout: free, source }), "text/html")
}

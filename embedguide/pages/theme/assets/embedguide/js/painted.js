// @ts-check
/** A figure in its present state as Plotly takes it: labels safe, colours of the active palette, the marked point on top. */

import { isMotionReduced, isTouch } from "./dom.js"
import { isSolid } from "./engine.js"
import { stepBack, wrapTitles } from "./fit.js"
import { highlight } from "./inspect.js"
import { linkTrace } from "./links.js"
import { trail } from "./result.js"
import { withPlainLabels } from "./safe.js"
import { paint, scheme, template, textScale } from "./theme.js"

/** @typedef {import("./figure.js").Figure} Figure */

const TITLE_SIZE = 14
/** Above this many points a tween costs more than it shows. */
const TWEEN_POINTS = 1500

/** @param {Figure} figure whose result and theme are there @returns {{data: any[], layout: any}} */
export function paintedFigure(figure) {
  const theme = /** @type {import("./theme.js").Theme} */ (figure.theme)
  const side = scheme()
  const composed = figure.composed()
  const safe = withPlainLabels({ data: [...composed.data, ...marks(figure, composed.data)], layout: composed.layout })
  const data = paint(safe.data, theme, side)
  for (const index of figure.off) if (data[index]) data[index].visible = "legendonly"
  // The legend takes its room first; the titles are fitted to what is left.
  if (figure.legend?.refresh(data, composed.layout)) figure.measure()
  const layout = paint(safe.layout, theme, side)
  const { width, height } = figure.box
  return {
    data,
    layout: {
      ...wrapTitles(stepBack(layout, width || 600, height || 400), width || 600, height || 400, TITLE_SIZE * textScale()),
      template: template(theme, side),
      showlegend: false,
      autosize: true,
      uirevision: "reader",
      dragmode: dragmode(figure, layout),
    },
  }
}

/** @param {any[]} data whether a change of it may be seen moving */
export function canTween(data) {
  const points = data.reduce((sum, trace) => sum + (trace.x?.length ?? 0), 0)
  return !isMotionReduced() && points <= TWEEN_POINTS
    && data.every((trace) => (trace.type ?? "scatter") === "scatter")
}

/** The marked point's ring, and its trail where the figure has one. @param {Figure} figure @param {any[]} data */
function marks(figure, data) {
  const { result, lines, marked, controls } = figure
  if (!result) return []
  const links = result.links ? linkTrace(data, result.links, lines?.from ?? marked) : null
  if (!marked) return links ? [links] : []
  const path = trail(result, controls?.declared ?? [], controls?.values() ?? {}, marked)
  return [path, links, highlight(data, marked)].filter((trace) => trace !== null)
}

/**
 * What a drag does: nothing under a finger, so that the page scrolls, unless the figure fills the screen.
 * @param {Figure} figure
 * @param {any} layout
 */
function dragmode(figure, layout) {
  if (isTouch() && !document.fullscreenElement) return false
  if (isSolid(figure.result?.plotly.data ?? [])) return layout.dragmode ?? "turntable"
  return layout.dragmode ?? "pan"
}

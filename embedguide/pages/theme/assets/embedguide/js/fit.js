// @ts-check
/** Axis titles broken into lines that fit their axis: Plotly cuts a long title off instead. */

/** Width of an average letter of the sans face, in parts of its size; on the generous side. */
const LETTER = 0.56

/**
 * The layout with every axis title wrapped to the length of its axis.
 * @param {any} layout
 * @param {number} width of the plot, px
 * @param {number} height of the plot, px
 * @param {number} size of the titles, px
 */
export function wrapTitles(layout, width, height, size) {
  const fitted = { ...layout }
  for (const name of Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key))) {
    const axis = layout[name]
    const text = axis?.title?.text ?? axis?.title
    if (typeof text !== "string" || text.includes("<")) continue
    const [from, to] = axis.domain ?? [0, 1]
    const room = (name.startsWith("x") ? width - 60 : height - 60) * (to - from)
    const letters = Math.max(12, Math.floor(room / (LETTER * (axis.title?.font?.size ?? size))))
    if (text.length <= letters) continue
    fitted[name] = { ...axis, title: { ...(axis.title?.text ? axis.title : {}), text: wrap(text, letters) } }
  }
  return fitted
}

/**
 * @param {string} text
 * @param {number} letters
 */
export function wrap(text, letters) {
  const lines = [""]
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1]
    if (line && line.length + 1 + word.length > letters) lines.push(word)
    else lines[lines.length - 1] = line ? `${line} ${word}` : word
  }
  return lines.join("<br>")
}

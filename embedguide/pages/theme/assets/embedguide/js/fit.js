// @ts-check
/** Axis titles in the room that there is: Plotly cuts off what is too long for its axis, and what stands beside a cloud. */

/** Width of an average letter of the sans face, in parts of its size; on the generous side. */
const LETTER = 0.56
/** Plotly fits a cloud to the height of its plot. From so many times as far as the plot is higher than wide, its width fits too. */
const FARTHER = 1.15

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
 * The layout with its clouds seen from farther away where the plot is narrow, so that their axis titles are in the picture.
 * @param {any} layout
 * @param {number} width of the plot, px
 * @param {number} height of the plot, px
 */
export function stepBack(layout, width, height) {
  const farther = (FARTHER * height) / width
  const fitted = { ...layout }
  for (const name of Object.keys(layout).filter((key) => /^scene\d*$/.test(key))) {
    const { eye, center } = layout[name].camera ?? {}
    if (!(farther > 1) || !eye || !center) continue
    const away = (/** @type {"x" | "y" | "z"} */ axis) => center[axis] + farther * (eye[axis] - center[axis])
    fitted[name] = { ...layout[name], camera: { ...layout[name].camera, eye: { x: away("x"), y: away("y"), z: away("z") } } }
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

// @ts-check
/**
 * How a network of tokens is drawn: a path for all lines of one width, one for all dots, a text for each name. What is lit
 * up lies over it as a group of its own. `templates/widgets/_network.html.jinja` draws the same for readers without scripts.
 */

/** @typedef {{id: number, token: string, center: boolean, other: boolean, wide: number[], narrow: number[]}} Node */
/** @typedef {{from: number, to: number, token: string, rank: number, cosine: number, isDrawn: boolean}} Link */
/** @typedef {"wide" | "narrow"} Kind */
/** @typedef {Map<number, Node>} Nodes by token id */

const SVG = "http://www.w3.org/2000/svg"
/** How near a pointer must come to a token, pixels of the drawing; along the line twice that. */
const REACH = { wide: 14, narrow: 22 }

/** @param {string} token as drawings show it */
export function shown(token) {
  return token.replace(/^␣/u, "") || token
}

/** @param {Element} map @returns {Kind} */
export function kindOf(map) {
  return map.classList.contains("eg-net__map--wide") ? "wide" : "narrow"
}

/** Whether this is the drawing for the reader's screen. @param {Element} map */
export function isShown(map) {
  return map.getClientRects().length > 0
}

/**
 * Draw all tokens and links, in place of what stood there.
 * @param {SVGElement} map
 * @param {Nodes} nodes
 * @param {Link[]} links
 */
export function draw(map, nodes, links) {
  map.replaceChildren(layer("eg-net__all", kindOf(map), nodes, links, [...nodes.values()], kindOf(map) === "wide"))
}

/**
 * Light up a token with its links and neighbors; null puts the light out.
 * @param {SVGElement} map
 * @param {Nodes} nodes
 * @param {Link[]} links
 * @param {number | null} id
 */
export function light(map, nodes, links, id) {
  map.querySelector(".eg-net__lit")?.remove()
  map.classList.toggle("eg-net__map--lit", id !== null)
  if (id === null) return
  const mine = links.filter((link) => link.from === id || link.to === id)
  const ids = new Set([id, ...mine.flatMap((link) => [link.from, link.to])])
  const lit = [...ids].flatMap((one) => nodes.get(one) ?? [])
  map.append(layer("eg-net__lit", kindOf(map), nodes, mine, lit, kindOf(map) === "wide", id))
}

/**
 * The token under the pointer.
 * @param {SVGElement} map
 * @param {Nodes} nodes
 * @param {MouseEvent} event
 */
export function nearest(map, nodes, event) {
  const kind = kindOf(map)
  const matrix = /** @type {SVGGraphicsElement} */ (map).getScreenCTM()?.inverse()
  if (!matrix) return null
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix)
  let best = null
  let least = REACH[kind]
  for (const node of nodes.values()) {
    const [x, y] = node[kind]
    const half = kind === "wide" || node.center ? shown(node.token).length * (node.center ? 4 : 2.5) : 0
    const far = Math.hypot(Math.max(0, Math.abs(at.x - x) - half), at.y - y) - (node.center ? 3 : 0)
    if (far < least) [best, least] = [node.id, far]
  }
  return best
}

/**
 * @param {string} name
 * @param {Kind} kind
 * @param {Nodes} nodes where links end
 * @param {Link[]} links
 * @param {Node[]} marked the tokens to show
 * @param {boolean} isNamed whether all of them are named, or only the centers and the chosen one
 * @param {number | null} [chosen]
 */
function layer(name, kind, nodes, links, marked, isNamed, chosen = null) {
  const named = marked.filter((node) => isNamed || node.center || node.id === chosen)
  const dots = marked.filter((node) => !named.includes(node))
  const made = shape("g", { class: name })
  made.append(...lines(kind, nodes, links), ...points(kind, dots), ...named.map((node) => text(kind, node, node.id === chosen)))
  return made
}

/**
 * A path for each width: thousands of elements would be slow to lay out and to restyle.
 * @param {Kind} kind
 * @param {Nodes} nodes
 * @param {Link[]} links
 */
function lines(kind, nodes, links) {
  /** @type {Map<number, string>} */
  const byWidth = new Map()
  for (const link of links) {
    const [a, b] = [nodes.get(link.from), nodes.get(link.to)]
    if (!link.isDrawn || !a || !b) continue
    const width = Math.round(2 + 10 * link.cosine ** 2) / 5
    byWidth.set(width, `${byWidth.get(width) ?? ""}M${a[kind].join(" ")}L${b[kind].join(" ")}`)
  }
  return [...byWidth].map(([width, d]) => shape("path", { "stroke-width": width, d }))
}

/** @param {Kind} kind @param {Node[]} nodes a path for each color; a line of no length with round ends is a dot */
function points(kind, nodes) {
  return [false, true].map((isOther) => {
    const d = nodes.filter((node) => node.other === isOther).map((node) => `M${node[kind].join(" ")}h0`).join("")
    return shape("path", { class: `eg-net__dots${isOther ? " eg-net__other" : ""}`, d })
  })
}

/** @param {Kind} kind @param {Node} node @param {boolean} isChosen */
function text(kind, node, isChosen) {
  const roles = [node.center && "eg-net__center", node.other && "eg-net__other", isChosen && "eg-net__chosen"].filter(Boolean)
  const [x, y] = node[kind]
  return shape("text", { x, y, ...(roles.length ? { class: roles.join(" ") } : {}) }, shown(node.token))
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {string} [text]
 */
function shape(tag, attributes, text = "") {
  const made = /** @type {SVGElement} */ (document.createElementNS(SVG, tag))
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value))
  made.textContent = text
  return made
}

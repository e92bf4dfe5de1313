// @ts-check
/** The list beside a network: a token and its neighbors, the nearest first. */

import { element } from "../dom.js"

/** @typedef {import("./network_drawing.js").Node} Node */
/** @typedef {import("./network_drawing.js").Link} Link */

/**
 * Its own list, or where it has none, the tokens in whose lists it stands.
 * @param {Node} node
 * @param {Link[]} links
 * @param {Map<number, Node>} nodes
 * @param {string} [before] words before its name
 */
export function neighborsOf(node, links, nodes, before = "") {
  const out = links.filter((link) => link.from === node.id).sort((a, b) => a.rank - b.rank)
    .map((link) => item(nodes, link.to, link.token, link.cosine))
  const back = links.filter((link) => link.to === node.id)
    .map((link) => item(nodes, link.from, nodes.get(link.from)?.token ?? "", link.cosine, `place ${link.rank}, `))
  return [
    element("p", {}, before, element("bdi", { class: "eg-net__name" }, node.token), out.length ? " has as its nearest" : " is a neighbor of"),
    element("ul", {}, ...(out.length ? out : back)),
  ]
}

/**
 * @param {Map<number, Node>} nodes those that can be gone to
 * @param {number} id
 * @param {string} token
 * @param {number} cosine
 * @param {string} [place] words before the cosine
 */
function item(nodes, id, token, cosine, place = "") {
  const name = element("bdi", {}, token)
  const label = nodes.has(id) ? element("button", { type: "button", class: "eg-net__go", "data-id": String(id) }, name) : name
  return element("li", {}, label, element("span", { class: "eg-net__cosine" }, ` ${place}${cosine.toFixed(2).replace("-", "−")}`))
}

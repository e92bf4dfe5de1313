// @ts-check
/** Find in figure: a combobox over the labels of the points, for the keyboard and for everyone. */

import { announce, element } from "./dom.js"
import { cellText } from "./format.js"
import { Listbox } from "./listbox.js"
import { labelOf } from "./safe.js"

const SHOWN = 12
let serial = 0

/** @typedef {{label: string, curve: number, point: number}} Entry */

/** @param {string} text compared without case, width and the marks that stand for a leading space */
function fold(text) {
  return text.normalize("NFKC").toLowerCase().replace(/^[\s\u2423\u00b7\u2581\u0120]+/u, "").trim()
}

/**
 * Put a search field into the figure's tools, where its result says that points can be found.
 * @param {import("./figure.js").Figure} figure
 * @param {HTMLElement} panel
 */
export function bindFind(figure, panel) {
  const tools = panel.querySelector("[data-eg-tools]")
  if (!figure.result?.find || !tools) return null
  return new Find(figure, tools)
}

/**
 * @param {string} id
 * @param {Element} tools the field goes before them
 */
function makeField(id, tools) {
  const field = element("span", { class: "eg-control eg-find" },
    element("label", { for: id }, "Find"),
    element("input", {
      id, type: "search", role: "combobox", autocomplete: "off", spellcheck: "false", placeholder: "a label",
      "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-autocomplete": "list",
    }),
    element("ul", { id: `${id}-list`, class: "eg-find__list", role: "listbox", "aria-label": "Matches", hidden: true }))
  tools.before(field)
  return field
}

class Find {
  /**
   * @param {import("./figure.js").Figure} figure
   * @param {Element} tools
   */
  constructor(figure, tools) {
    this.figure = figure
    this.chosen = ""
    const box = tools.parentElement?.querySelector(".eg-find") ?? makeField(`${figure.id}-find-${++serial}`, tools)
    this.input = /** @type {HTMLInputElement} */ (box.querySelector("input"))
    const list = /** @type {HTMLElement} */ (box.querySelector("ul"))
    const { signal } = figure
    /** @type {Listbox<Entry>} */
    this.listbox = new Listbox(this.input, list, {
      match: (text) => this.match(text),
      take: (entry) => { this.take(entry) },
      show: (entry) => [element("bdi", {}, entry.label)],
      none: (text) => `No point is called ${text}`,
      some: (count) => `${count} matches`,
      shown: SHOWN,
      dropped: () => this.drop(),
    }, signal)
    this.input.addEventListener("search", () => { if (!this.input.value) this.drop() }, { signal })
  }

  /** @returns {Entry[]} every label that can be found in the present state */
  entries() {
    const { data } = this.figure.composed()
    const curves = this.figure.result?.find?.traces ?? data.map((_, index) => index)
    return curves.flatMap((curve) => {
      const trace = data[curve] ?? {}
      const count = trace.x?.length ?? 0
      return Array.from({ length: count }, (_, point) => ({ label: labelOf(trace, point) ?? "", curve, point }))
        .filter((entry) => entry.label)
    })
  }

  /** @param {string} text @returns {Entry[]} the same first, then those that begin with it, then those that hold it */
  match(text) {
    const wanted = fold(text)
    if (!wanted) return []
    const asShown = text.replace(/^ /, "␣")
    const rank = (/** @type {string} */ label) => (label === wanted ? 0 : label.startsWith(wanted) ? 1 : label.includes(wanted) ? 2 : 3)
    return this.entries().map((entry) => ({ entry, rank: entry.label === text || entry.label === asShown ? -1 : rank(fold(entry.label)) }))
      .filter((one) => one.rank < 3)
      .sort((left, right) => left.rank - right.rank)
      .map((one) => one.entry)
  }

  /** @param {Entry} entry */
  async take(entry) {
    this.input.value = entry.label
    this.chosen = entry.label
    this.listbox.close()
    await this.figure.mark({ curve: entry.curve, point: entry.point })
    const trace = this.figure.composed().data[entry.curve]
    const hit = { x: trace.x?.[entry.point], y: trace.y?.[entry.point], z: trace.z?.[entry.point] }
    this.figure.inspector?.show({ curve: entry.curve, point: entry.point }, hit)
    const place = Object.entries(hit).filter(([, value]) => typeof value === "number")
      .map(([axis, value]) => `${axis} ${cellText(value, { format: ".2f" })}`).join(", ")
    announce(`Found ${entry.label}${place ? `, ${place}` : ""}`)
    this.figure.hooks.changed(this.figure)
  }

  /**
   * @param {string} label what an address or a phrase in the text names
   * @returns {boolean} whether there is such a point
   */
  choose(label) {
    const [entry] = this.match(label)
    const isThere = entry !== undefined && fold(entry.label) === fold(label)
    if (isThere) this.take(entry)
    else this.clear()
    return isThere
  }

  /** @returns {{curve: number, point: number} | null} where the chosen label is in the present state; the choice ends where it is not */
  placeOfChosen() {
    if (!this.chosen) return null
    const entry = this.entries().find((one) => one.label === this.chosen)
    if (!entry) this.clear()
    return entry ? { curve: entry.curve, point: entry.point } : null
  }

  clear() {
    this.chosen = ""
    this.input.value = ""
    this.listbox.close()
  }

  drop() {
    this.clear()
    this.figure.inspector?.close()
    this.figure.mark(null)
    this.figure.hooks.changed(this.figure)
  }
}

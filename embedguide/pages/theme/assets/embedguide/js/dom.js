// @ts-check
/** Small helpers around the document that several modules share. */

/**
 * A new element with attributes and children.
 * @param {string} tag
 * @param {Record<string, string | boolean | null | undefined>} [attributes] true gives an empty attribute; null, undefined and false none
 * @param {(Node | string)[]} children
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue
    made.setAttribute(name, value === true ? "" : value)
  }
  made.append(...children)
  return made
}

/** Whether the reader asked for no motion. */
export function isMotionReduced() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches
}

/** Whether the main pointer is a finger, for which dragging belongs to the page. */
export function isTouch() {
  return matchMedia("(pointer: coarse)").matches
}

/**
 * Say something to screen readers, politely. The region outlives instant navigation.
 * @param {string} message
 */
export function announce(message) {
  let region = document.getElementById("eg-live")
  if (!region) {
    region = element("div", { id: "eg-live", class: "eg-sr", role: "status", "aria-live": "polite" })
    document.body.append(region)
  }
  region.textContent = ""
  // A region that changes twice in one frame is read once or not at all.
  setTimeout(() => { if (region) region.textContent = message }, 60)
}

/**
 * Copy text; true when it worked.
 * @param {string} text
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const field = element("textarea", { class: "eg-sr", "aria-hidden": "true" })
    document.body.append(field)
    if (field instanceof HTMLTextAreaElement) {
      field.value = text
      field.select()
    }
    const done = document.execCommand("copy")
    field.remove()
    return done
  }
}

/**
 * Hand the reader a file made in the page.
 * @param {string} name
 * @param {string} text
 * @param {string} type
 */
export function saveText(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = element("a", { href: url, download: name })
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}

/**
 * Change a button's words for a moment, and back.
 * @param {HTMLElement} button
 * @param {string} words
 */
export function flash(button, words) {
  const label = button.dataset.label ?? button.textContent ?? ""
  button.dataset.label = label
  button.textContent = words
  setTimeout(() => { button.textContent = label }, 1600)
}

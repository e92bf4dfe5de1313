// @ts-check
/** Small mends to what Material for MkDocs adds to a page, for readers who use a keyboard or a screen reader. */

import { element } from "./dom.js"

/** What a fold brings is mended once it has come to rest, ms. */
const CALM = 60

/**
 * Turn the header's labels for the drawer and the search into buttons, which the Tab key reaches; once, the header stays.
 */
function makeButtons() {
  for (const label of document.querySelectorAll("label.md-header__button[for]")) {
    const toggle = document.getElementById(label.getAttribute("for") ?? "")
    if (!(toggle instanceof HTMLInputElement) || toggle.type !== "checkbox") continue
    const name = toggle.id === "__drawer" ? "Menu" : "Search"
    // Material's style sheet addresses the labels by what they are for.
    const button = element("button", { type: "button", class: label.className, for: toggle.id, "aria-label": name, "aria-expanded": "false" }, ...label.childNodes)
    button.addEventListener("click", () => toggle.click())
    toggle.addEventListener("change", () => button.setAttribute("aria-expanded", String(toggle.checked)))
    label.replaceWith(button)
  }
}

/** @param {AbortSignal} signal */
function bindDrawer(signal) {
  const drawer = document.getElementById("__drawer")
  if (!(drawer instanceof HTMLInputElement)) return
  drawer.addEventListener("change", () => {
    const first = document.querySelector(".md-sidebar--primary a.md-nav__link")
    if (drawer.checked && first instanceof HTMLElement) setTimeout(() => first.focus(), 60)
  }, { signal })
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drawer.checked) return
    drawer.click()
    const button = document.querySelector('button[for="__drawer"]')
    if (button instanceof HTMLElement) button.focus()
  }, { signal })
}

/**
 * Start mending the page.
 * @param {AbortSignal} signal
 */
export function mendChrome(signal) {
  makeButtons()
  bindDrawer(signal)
  const article = document.querySelector(".md-content")
  if (!article) return
  const mend = () => {
    // Every code block brings a navigation landmark of its own, without a name; it holds one button.
    for (const nav of article.querySelectorAll("nav.md-code__nav:not([role])")) nav.setAttribute("role", "presentation")
    // Under a finger Material takes the Tab stop away, though a keyboard may be at hand as well.
    const cut = [...article.querySelectorAll("pre > code:not([tabindex])")]
      .filter((code) => code.scrollWidth > code.clientWidth + 1 || code.scrollHeight > code.clientHeight + 1)
    for (const code of cut) code.setAttribute("tabindex", "0")
  }
  let timer = 0
  const observer = new MutationObserver((changes) => {
    // A plot that moves changes its drawing many times a second and holds no code.
    if (timer || changes.every(({ target }) => target instanceof Element && target.closest(".eg-plot"))) return
    timer = setTimeout(() => { timer = 0; mend() }, CALM)
  })
  observer.observe(article, { childList: true, subtree: true, attributes: true, attributeFilter: ["tabindex", "open"] })
  addEventListener("resize", mend, { signal })
  signal.addEventListener("abort", () => observer.disconnect())
  mend()
}

// @ts-check
/** Animals in a plane of size and friendliness: drag them, type their places, see who is near whom. */

/**
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 */
export default async function start(root, signal) {
  const inputs = /** @type {HTMLInputElement[]} */ ([...root.querySelectorAll("input[data-axis]")])
  const marks = /** @type {SVGGElement[]} */ ([...root.querySelectorAll("g[data-animal]")])
  const map = /** @type {SVGSVGElement} */ (root.querySelector(".eg-toy__map"))
  const names = marks.map((mark) => mark.textContent?.trim() ?? "")
  const first = inputs.map((input) => input.value)
  const cross = /** @type {HTMLButtonElement} */ (root.querySelector("[data-part=cross]"))
  const line = root.querySelector("[data-part=line]")
  const answer = root.querySelector("[data-part=answer]")
  let last = names.indexOf("cat")

  const places = () => names.map((_, n) => [Number(inputs[2 * n].value), Number(inputs[2 * n + 1].value)])
  const set = (/** @type {number} */ animal, /** @type {number[]} */ place) => {
    for (const axis of [0, 1]) inputs[2 * animal + axis].value = String(Math.min(1, Math.max(0, Math.round(place[axis] * 100) / 100)))
    last = animal
    show()
  }
  const show = () => {
    const now = places()
    for (const [n, mark] of marks.entries()) {
      mark.setAttribute("transform", `translate(${100 * now[n][0]} ${100 - 100 * now[n][1]})`)
      const text = mark.querySelector("text")
      const isRight = now[n][0] > 0.7
      text?.setAttribute("x", isRight ? "-4" : "4")
      text?.setAttribute("text-anchor", isRight ? "end" : "start")
    }
    const far = (/** @type {number} */ n) => Math.hypot(now[n][0] - now[last][0], now[n][1] - now[last][1])
    const near = names.map((_, n) => n).filter((n) => n !== last).sort((a, b) => far(a) - far(b))[0]
    const ends = { x1: now[last][0], y1: 1 - now[last][1], x2: now[near][0], y2: 1 - now[near][1] }
    for (const [name, value] of Object.entries(ends)) line?.setAttribute(name, String(100 * value))
    if (answer) answer.textContent = `Nearest to ${names[last]} is ${names[near]}, ${far(near).toFixed(2)} away.`
  }

  for (const input of inputs) {
    input.addEventListener("input", () => {
      if (!input.checkValidity() && !input.validity.stepMismatch) return
      if (input.value === "") return
      last = Number(input.dataset.animal)
      show()
    }, { signal })
  }
  for (const [n, mark] of marks.entries()) {
    mark.addEventListener("pointerdown", (event) => {
      mark.setPointerCapture(event.pointerId)
      event.preventDefault()
    }, { signal })
    mark.addEventListener("pointermove", (event) => {
      if (!mark.hasPointerCapture(event.pointerId)) return
      const matrix = map.getScreenCTM()?.inverse()
      if (!matrix) return
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix)
      set(n, [at.x / 100, 1 - at.y / 100])
    }, { signal })
  }
  cross.addEventListener("click", () => set(names.indexOf("cat"), (root.dataset.cross ?? "").split(" ").map(Number)), { signal })
  root.querySelector("[data-part=reset]")?.addEventListener("click", () => {
    for (const [n, input] of inputs.entries()) input.value = first[n]
    last = names.indexOf("cat")
    show()
  }, { signal })
  show()
}

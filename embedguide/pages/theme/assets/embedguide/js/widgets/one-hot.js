// @ts-check
/** The product of one-hot rows and a small table, term by term. */

/** @param {number} value */
function four(value) {
  return value.toFixed(4).replace("-", "−")
}

/**
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 */
export default async function start(root, signal) {
  const weights = [...root.querySelectorAll("[data-part=weights] tr")].map((row) =>
    [...row.querySelectorAll("td")].map((cell) => Number((cell.textContent ?? "").replace("−", "-"))))
  const inputs = /** @type {HTMLInputElement[]} */ ([...root.querySelectorAll("[data-id]")])
  const buttons = /** @type {HTMLButtonElement[]} */ ([...root.querySelectorAll("[data-row]")])
  const ids = inputs.map((input) => Number(input.value))
  let chosen = buttons[0]

  const show = () => {
    const [line, column] = [Number(chosen.dataset.row), Number(chosen.dataset.column)]
    for (const [number, row] of [...root.querySelectorAll("[data-part=hot] tr")].entries()) {
      for (const [place, cell] of [...row.children].entries()) {
        cell.textContent = place === ids[number] ? "1" : "0"
        cell.classList.toggle("eg-one", place === ids[number])
        cell.classList.toggle("eg-factor", number === line)
      }
    }
    for (const [number, row] of [...root.querySelectorAll("[data-part=weights] tr")].entries()) {
      for (const [place, cell] of [...row.querySelectorAll("td")].entries()) {
        cell.classList.toggle("eg-factor", place === column)
        cell.classList.toggle("eg-one", place === column && number === ids[line])
      }
    }
    for (const button of buttons) {
      button.textContent = four(weights[ids[Number(button.dataset.row)]][Number(button.dataset.column)])
      button.setAttribute("aria-pressed", String(button === chosen))
    }
    const terms = weights.map((row, number) => `${number === ids[line] ? 1 : 0} × ${four(row[column])}`)
    const sum = root.querySelector("[data-part=sum]")
    if (sum) sum.textContent = `${terms.join(" + ")} = ${four(weights[ids[line]][column])}`
  }

  for (const button of buttons) {
    button.addEventListener("click", () => { chosen = button; show() }, { signal })
  }
  for (const input of inputs) {
    input.addEventListener("input", () => {
      const id = Number(input.value)
      const isFine = input.value !== "" && Number.isInteger(id) && id >= 0 && id < weights.length
      input.setCustomValidity(isFine ? "" : `An id is a whole number from 0 to ${weights.length - 1}`)
      input.reportValidity()
      if (!isFine) return
      ids[Number(input.dataset.id)] = id
      show()
    }, { signal })
  }
  show()
}

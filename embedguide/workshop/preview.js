// @ts-check
/** Put into every page of a preview: reloads it when the site was built anew, and shows what went wrong on top of it. */

const here = /** @type {HTMLScriptElement} */ (document.currentScript)
const BOX = "eg-preview"
const STYLE = `
  #${BOX} { position: fixed; z-index: 20; inset: auto 0 0 0; max-height: 45vh; overflow: auto; margin: 0; padding: .8rem 1rem;
    font: 13px/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; border-top: 3px solid #b3261e; background: #fff4f2; color: #1c1b19; }
  #${BOX}[role=status] { border-top-color: #2a5db0; background: #f1f5fc; }
  [data-md-color-scheme=slate] #${BOX} { border-top-color: #ff8a80; background: #33201f; color: #e9e6e1; }
  [data-md-color-scheme=slate] #${BOX}[role=status] { border-top-color: #8ab4f8; background: #1b2433; }
  #${BOX}:empty { display: none; }
  body:has(> #${BOX}:not(:empty)) { padding-bottom: 45vh; }`

/**
 * @param {string} text what to show; nothing hides the box
 * @param {boolean} failed whether it is an error
 */
function tell(text, failed) {
  let box = document.getElementById(BOX)
  if (!box) {
    box = document.createElement("pre")
    box.id = BOX
    document.head.append(Object.assign(document.createElement("style"), { textContent: STYLE }))
    document.body.append(box)
  }
  box.setAttribute("role", failed ? "alert" : "status")
  if (box.textContent !== text) box.textContent = text
}

/** Ask for news again and again; the server answers when there are any. */
async function listen() {
  const version = Number(here.dataset.version)
  let seen = ""
  for (;;) {
    try {
      const answer = await fetch(`/__preview__/news?version=${version}&seen=${encodeURIComponent(seen)}`)
      const news = await answer.json()
      if (news.version !== version) {
        location.reload()
        return
      }
      seen = news.mark
      tell(news.text, news.failed)
    } catch {
      tell("The preview has stopped. Start it again with: make serve", true)
      await new Promise((done) => setTimeout(done, 1000))
    }
  }
}

listen()

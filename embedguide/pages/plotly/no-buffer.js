// Stands in for Node's "buffer", which one dependency of the WebGL traces asks for and never uses in a browser.
exports.Buffer = Object.assign(
  function Buffer() {
    throw new Error("there is no Buffer in a browser")
  },
  { isBuffer: () => false },
)

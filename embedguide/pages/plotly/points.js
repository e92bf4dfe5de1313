// Flat figures of very many points. Draws everything that basic.js draws.
const Plotly = require("./basic.js")

Plotly.register([require("plotly.js/lib/scattergl")])

module.exports = Plotly

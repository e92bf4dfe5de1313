// Solid figures. Draws everything that points.js draws.
const Plotly = require("./points.js")

Plotly.register([require("plotly.js/lib/scatter3d")])

module.exports = Plotly

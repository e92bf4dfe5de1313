// Figures with WebGL: solid ones, and flat ones of very many points. Draws everything that basic.js draws.
const Plotly = require("./basic.js")

Plotly.register([require("plotly.js/lib/scattergl"), require("plotly.js/lib/scatter3d")])

module.exports = Plotly

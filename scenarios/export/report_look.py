"""How the HTML report looks on a screen and on paper, and the script that draws its charts."""

from __future__ import annotations

STYLE = """
:root { --ink: #1F2933; --accent: #1B4F72; --pale: #DCE6F1; --line: #C3CDD6; --soft: #52606D; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1120px; padding: 24px 28px 60px; color: var(--ink); background: #FFFFFF;
  font: 15px/1.6 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", system-ui, sans-serif; }
h1 { margin: 0; font-size: 28px; line-height: 1.3; color: var(--accent); }
h2 { margin: 40px 0 14px; padding-bottom: 6px; border-bottom: 2px solid var(--accent); font-size: 21px;
  color: var(--accent); }
h3 { margin: 22px 0 4px; font-size: 15px; }
.place { margin: 4px 0 0; color: var(--soft); }
.banner { margin: 16px 0 0; padding: 10px 14px; border-left: 5px solid #A61B1B; background: #FFF1CC; color: #7A1F1F;
  font-weight: 600; }
nav { display: flex; flex-wrap: wrap; gap: 6px 18px; margin: 18px 0 0; padding: 10px 0;
  border-block: 1px solid var(--line); }
a { color: #0B5FA5; text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
figure { margin: 18px 0; }
figcaption { font-weight: 600; font-size: 14px; }
.plot { width: 100%; }
.scroll { overflow-x: auto; margin: 14px 0 4px; }
table { border-collapse: collapse; width: 100%; font-size: 13px; line-height: 1.45; }
caption { padding: 6px 0; text-align: left; font-weight: 600; font-size: 14px; }
th, td { border: 1px solid var(--line); padding: 4px 7px; }
thead th { background: var(--pale); text-align: center; }
.facts th { width: 190px; background: var(--pale); text-align: left; }
.facts { font-size: 14px; }
tbody tr:nth-child(even) td { background: #F8FAFC; }
.left { text-align: left; overflow-wrap: anywhere; }
.center { text-align: center; }
.right { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.total td { border-top: 2px solid var(--ink); background: #F1F5F9; font-weight: 600; }
.good { color: #1E6B3A; }
.bad { color: #A61B1B; font-weight: 700; }
.tasks { min-width: 1560px; table-layout: fixed; font-size: 12px; }
.tasks .right { white-space: normal; overflow-wrap: anywhere; }
.scroll > .tasks caption { position: sticky; left: 0; }
.note, footer { color: var(--soft); font-size: 13px; }
footer { margin-top: 40px; overflow-wrap: anywhere; }
@media (max-width: 640px) { body { padding: 14px; } h1 { font-size: 22px; } .facts th { width: 110px; } }
"""

PRINT = """
@page { size: A4; margin: 15mm 14mm; }
@page broad { size: A4 landscape; margin: 12mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  nav { display: none; }
  section.wide { page: broad; }
  .scroll { overflow: visible; }
  table { font-size: 8pt; }
  .tasks { min-width: 0; font-size: 6.3pt; }
  th, td { padding: 2px 3px; }
  thead { display: table-header-group; }
  tr, figure { break-inside: avoid; }
  h2, h3, caption { break-after: avoid; }
  figure { width: 680px; overflow: hidden; margin: 10px auto; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""

BOOT = """
(function () {
  "use strict";
  var figures = JSON.parse(document.getElementById("figures").textContent);
  var names = Object.keys(figures);
  var settings = { displayModeBar: false, responsive: true, showTips: false, doubleClick: "reset" };
  names.forEach(function (name) {
    Plotly.newPlot(name, figures[name].data, figures[name].layout, settings);
  });
  window.addEventListener("beforeprint", function () {
    names.forEach(function (name) { Plotly.relayout(name, { width: 680 }); });
  });
  window.addEventListener("afterprint", function () {
    names.forEach(function (name) { Plotly.relayout(name, { width: null, autosize: true }); });
  });
})();
"""

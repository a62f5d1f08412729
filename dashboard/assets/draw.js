/* Draws the answer to a move: numbers, bars and words at once, pictures after these have been painted. */
(function () {
  "use strict";
  var TAGS = ["a", "button", "code", "details", "div", "li", "p", "span", "strong", "summary", "ul"];
  var NAMES = /^(class|href|role|lang|type|tabindex|data-[a-z-]+|aria-[a-z-]+)$/;
  var TRIES = 120;
  var drawn = 0;

  function made(tree) {
    if (typeof tree === "string") { return document.createTextNode(tree); }
    var node = document.createElement(TAGS.indexOf(tree[0]) < 0 ? "span" : tree[0]);
    Object.keys(tree[1]).forEach(function (name) {
      var value = tree[1][name];
      if (name === "style") {
        Object.keys(value).forEach(function (rule) { node.style.setProperty(rule, value[rule]); });
      } else if (NAMES.test(name) && (name !== "href" || value.charAt(0) === "/")) { node.setAttribute(name, value); }
    });
    fill(node, tree[2]);
    return node;
  }

  function fill(node, trees) {
    node.replaceChildren.apply(node, trees.map(made));
  }

  /* Replaces what a place shows, if that differs from what it shows now. */
  function put(node, trees) {
    var key = JSON.stringify(trees);
    if (!node || node.jianpaiShown === key) { return; }
    node.jianpaiShown = key;
    fill(node, trees);
  }

  function words(answer) {
    Object.keys(answer.parts).forEach(function (id) { put(document.getElementById(id), answer.parts[id]); });
    document.querySelectorAll("[data-bar]").forEach(function (node) {
      var trees = answer.bars[node.dataset.bar];
      if (trees) { put(node, trees); }
    });
    var pictures = document.getElementById("pictures");
    if (pictures) { pictures.className = answer.look; }
  }

  /* One picture a task, so that a hand on the page is never kept waiting for all of them. */
  function pictures(answer, ids, turn) {
    var id = ids[0];
    if (!id || turn !== drawn) { return; }
    picture(id, answer.figures[id]);
    window.setTimeout(function () { pictures(answer, ids.slice(1), turn); }, 0);
  }

  function picture(id, figure) {
    var graph = document.querySelector("#" + id + " .js-plotly-plot");
    if (graph && window.Plotly) { window.Plotly.react(graph, figure.data, figure.layout); }
    else { window.dash_clientside.set_props(id, { figure: figure }); }
  }

  /* Runs once what was drawn so far has been painted. */
  function painted(run) {
    window.requestAnimationFrame(function () {
      window.setTimeout(function () { window.setTimeout(run, 0); }, 0);
    });
  }

  function show(answer, turn, tries) {
    if (turn !== drawn) { return; }
    if (!document.getElementById("numbers")) {
      if (tries > 0) { window.requestAnimationFrame(function () { show(answer, turn, tries - 1); }); }
      return;
    }
    words(answer);
    painted(function () { pictures(answer, Object.keys(answer.figures), turn); });
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.drawing = {
    /* What the page begins with has a place of its own: nothing fires at first that waits for an answer. */
    answer: function (answer, first) {
      var latest = answer || first;
      if (latest) { drawn += 1; show(latest, drawn, TRIES); }
      return window.dash_clientside.no_update;
    }
  };
})();

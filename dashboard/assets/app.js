/* Addresses, languages and colour schemes: what must happen in the browser without asking the server. */
(function () {
  "use strict";
  var KEY = "mantine-color-scheme-value"; /* where the components look for it, too */
  var settling = 0;

  function here() { return window.location.pathname + window.location.search; }

  function mark() {
    var language = new URLSearchParams(window.location.search).get("lang");
    document.documentElement.lang = language === "en" ? "en" : "zh-CN";
    document.querySelectorAll("a[data-nav]").forEach(function (link) {
      link.setAttribute("href", link.dataset.nav + window.location.search);
      if (link.dataset.nav === window.location.pathname) { link.setAttribute("aria-current", "page"); }
      else { link.removeAttribute("aria-current"); }
    });
  }

  function show() {
    mark();
    window.dash_clientside.set_props("route", { data: { href: here(), at: Date.now() } });
  }

  function go(href) {
    if (href !== here()) { window.history.pushState(null, "", href); }
    document.documentElement.classList.remove("menu-open");
    show();
    window.scrollTo(0, 0);
  }

  function keep(key, value) {
    try { window.localStorage.setItem(key, value); } catch (error) { /* storage may be switched off */ }
  }

  function kept(key) {
    try { return window.localStorage.getItem(key); } catch (error) { return null; }
  }

  function scheme(name) {
    document.documentElement.setAttribute("data-mantine-color-scheme", name);
    keep(KEY, name);
  }

  if (kept(KEY) === "dark") { scheme("dark"); }
  if (kept("jianpai-hint") === "gone") { document.documentElement.classList.add("no-hint"); }

  function label() {
    document.querySelectorAll("input[type=file]:not([aria-label])").forEach(function (input) {
      input.setAttribute("aria-label", input.parentElement ? input.parentElement.textContent : "");
    });
  }

  new MutationObserver(label).observe(document.documentElement, { childList: true, subtree: true });
  window.addEventListener("popstate", show);

  document.addEventListener("click", function (event) {
    var target = event.target instanceof Element ? event.target : null;
    if (!target || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    var link = target.closest("a[data-nav], a[data-lang], a[data-go]");
    if (link) {
      event.preventDefault();
      if (link.dataset.lang) {
        var query = new URLSearchParams(window.location.search);
        query.set("lang", link.dataset.lang);
        go(window.location.pathname + "?" + query.toString());
      } else if (link.dataset.go) { go(link.dataset.go); }
      else { go(link.dataset.nav + window.location.search); }
      return;
    }
    if (target.closest("[data-scheme]")) {
      var dark = document.documentElement.getAttribute("data-mantine-color-scheme") === "dark";
      scheme(dark ? "light" : "dark");
    }
    var hides = target.closest("[data-hide]");
    if (hides) { keep("jianpai-" + hides.dataset.hide, "gone"); document.documentElement.classList.add("no-" + hides.dataset.hide); }
    if (target.closest("[data-menu]")) { document.documentElement.classList.toggle("menu-open"); }
    var offer = target.closest("[data-offer]");
    if (offer) { window.dash_clientside.set_props("offer", { data: { id: offer.dataset.offer, at: Date.now() } }); }
    if (target.closest("[data-copy]") && navigator.clipboard) { navigator.clipboard.writeText(window.location.href); }
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.jianpai = {
    boot: function () {
      mark();
      return { href: here(), at: Date.now() };
    },
    visit: function (route) {
      if (route && route.push && route.href !== here()) {
        window.history.pushState(null, "", route.href);
        mark();
      }
      return "";
    },
    address: function (search) {
      if (typeof search !== "string" || !search || search === window.location.search) { return ""; }
      var before = new URLSearchParams(window.location.search).getAll("set").join("&");
      var moved = before !== new URLSearchParams(search).getAll("set").join("&");
      window.history[moved ? "pushState" : "replaceState"](null, "", window.location.pathname + search);
      mark();
      window.clearTimeout(settling);
      if (moved && window.location.pathname === "/try") {
        settling = window.setTimeout(function () {
          if (window.location.pathname === "/try") { window.dash_clientside.set_props("settle", { data: search }); }
        }, 900);
      }
      return "";
    },
    pair: function (slid, typed) {
      var none = window.dash_clientside.no_update;
      var trigger = window.dash_clientside.callback_context.triggered_id;
      if (!trigger || slid === typed) { return [none, none]; }
      if (trigger.type === "typed") {
        return typeof typed === "number" ? [typed, none] : [none, slid];
      }
      return [none, slid];
    }
  };
})();

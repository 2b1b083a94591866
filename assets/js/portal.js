// Small helps for pages that already work without them. No dependencies; htmx is only listened to.
(function () {
  "use strict";
  var doc = document;

  function say(text) {
    var box = doc.getElementById("announcer");
    if (!box || !text) return;
    box.textContent = "";
    setTimeout(function () { box.textContent = text; }, 60);
  }

  function focus(el) {
    if (!el) return;
    if (!el.hasAttribute("tabindex")) { el.setAttribute("tabindex", "-1"); el.setAttribute("data-focus", ""); }
    el.focus();
  }

  // ---- Character counts: seen at once, spoken every ten characters and near the end.
  function count(box) {
    var field = doc.getElementById(box.getAttribute("data-count-for"));
    if (!field || box.counting) return;
    box.counting = true;
    var max = +box.getAttribute("data-max");
    var spoken = doc.createElement("span");
    spoken.className = "visually-hidden";
    spoken.setAttribute("aria-live", "polite");
    box.after(spoken);
    var last = -1, timer;
    function draw() {
      var n = Array.from(field.value).length, over = n > max;
      box.textContent = over ? box.getAttribute("data-over").replace("{n}", n - max) : box.getAttribute("data-text").replace("{n}", n);
      box.classList.toggle("is-over", over);
      if (last !== -1 && (Math.floor(n / 10) !== Math.floor(last / 10) || over)) {
        clearTimeout(timer);
        timer = setTimeout(function () { spoken.textContent = box.textContent; }, 1000);
      }
      last = n;
    }
    field.addEventListener("input", draw);
    draw();
  }

  // ---- Typed text is kept in this browser until the form is sent.
  var PREFIX = "kept:", KEEP_DAYS = 30;
  function kept(name, value) {
    try {
      if (value === undefined) return JSON.parse(localStorage.getItem(PREFIX + name) || "null");
      if (value === null) localStorage.removeItem(PREFIX + name);
      else localStorage.setItem(PREFIX + name, JSON.stringify({ at: Date.now(), fields: value }));
    } catch (e) { /* storage is full or switched off: the form still works */ }
    return null;
  }
  function typed(form) {
    var fields = {};
    Array.from(form.elements).forEach(function (el) {
      if (!el.name || el.name === "csrf_token" || el.disabled) return;
      if (/^(hidden|password|file|submit|button|image|reset)$/.test(el.type) || el.autocomplete === "one-time-code") return;
      if (el.type === "checkbox" || el.type === "radio") { if (el.checked) (fields[el.name] = fields[el.name] || []).push(el.value); }
      else if (el.type !== "select-multiple") (fields[el.name] = fields[el.name] || []).push(el.value);
    });
    return fields;
  }
  function restore(form, fields) {
    var changed = false, seen = {};
    Array.from(form.elements).forEach(function (el) {
      var values = el.name && fields[el.name];
      if (!values || el.type === "checkbox" || el.type === "radio" || el.type === "file" || el.type === "hidden") return;
      var i = seen[el.name] = (seen[el.name] === undefined ? 0 : seen[el.name] + 1);
      // Only empty places are filled: what the server knows wins.
      if (/^(TEXTAREA|INPUT)$/.test(el.tagName) && !el.value && values[i]) { el.value = values[i]; changed = true; el.dispatchEvent(new Event("input", { bubbles: true })); }
    });
    return changed;
  }
  function keep(form) {
    var name = form.getAttribute("data-keep"), timer;
    if (form.keeping) return;
    form.keeping = true;
    var old = kept(name);
    if (old && old.at > Date.now() - KEEP_DAYS * 864e5) {
      if (restore(form, old.fields)) note(form, form.getAttribute("data-restored"));
    } else if (old) kept(name, null);
    form.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(function () { if (!form.leaving) kept(name, typed(form)); }, 400);
    });
    form.addEventListener("submit", function () { clearTimeout(timer); kept(name, typed(form)); try { sessionStorage.setItem("sent", name); } catch (e) { /* see above */ } });
  }
  // The page after a good submit is a fresh one without errors: only then is the copy forgotten.
  function forgetSent() {
    var name, way = (window.performance && performance.getEntriesByType && performance.getEntriesByType("navigation")[0] || {}).type;
    try { name = sessionStorage.getItem("sent"); sessionStorage.removeItem("sent"); } catch (e) { return; }
    if (!name || doc.querySelector(".error-summary")) return;
    if (way === "back_forward" || way === "reload") return; // the answer never came, or was not ours
    // A page that says it failed (data-failed-page), or asks who one is, keeps what was typed.
    if (!doc.body.hasAttribute("data-failed-page") && !/\/(sign-in|register)\b/.test(location.pathname)) kept(name, null);
  }

  // ---- Drafts are saved a moment after typing stops.
  function note(form, text) {
    var box = form.querySelector("[data-save-note]");
    if (box && text) box.textContent = text;
  }
  function autosave(form) {
    if (form.autosaving) return;
    form.autosaving = true;
    var timer, running = false, again = false;
    function send() {
      if (form.leaving) return;
      if (running) { again = true; return; }
      running = true;
      var data = new FormData();
      new FormData(form).forEach(function (value, name) { if (typeof value === "string") data.append(name, value); });
      var token = form.querySelector("[name=csrf_token]");
      note(form, form.getAttribute("data-saving"));
      fetch(form.getAttribute("data-autosave"), { method: "POST", body: data, credentials: "same-origin", redirect: "manual",
        headers: { "X-CSRFToken": token ? token.value : "", "X-Requested-With": "autosave", Accept: "application/json" } })
        .then(function (answer) {
          if (!answer.ok) throw new Error(answer.status);
          var time = new Date().toLocaleTimeString(doc.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
          note(form, form.getAttribute("data-saved") + " " + time);
        })
        .catch(function () { note(form, form.getAttribute("data-failed")); })
        .then(function () { running = false; if (again) { again = false; send(); } });
    }
    form.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(send, 3000); });
    form.addEventListener("submit", function () { form.leaving = true; clearTimeout(timer); });
  }

  // ---- One press is enough. The button comes back when the page is shown again.
  var QUIET_AFTER = 15000;
  function free(form) {
    form.busy = false;
    form.leaving = false;
    Array.from(form.querySelectorAll("[type=submit][aria-disabled]")).forEach(function (b) { b.removeAttribute("aria-disabled"); });
  }
  doc.addEventListener("submit", function (event) {
    var form = event.target;
    if ((form.method || "").toLowerCase() !== "post") return;
    if (form.busy) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    form.busy = true;
    // After this turn, so that the pressed button's own name and value are still sent.
    setTimeout(function () {
      Array.from(form.querySelectorAll("[type=submit]")).forEach(function (b) { b.setAttribute("aria-disabled", "true"); });
    }, 0);
    setTimeout(function () { free(form); }, QUIET_AFTER);
  }, true);
  window.addEventListener("pageshow", function () { Array.from(doc.forms).forEach(free); });

  // ---- After an htmx swap: title, focus, spoken word.
  doc.addEventListener("htmx:afterRequest", function (event) { var form = event.target.closest && event.target.closest("form"); if (form) free(form); });
  doc.addEventListener("htmx:afterSwap", function (event) { start(event.target.isConnected ? event.target : doc); });
  doc.addEventListener("htmx:afterSettle", function (event) {
    var part = event.detail.elt || event.target;
    if (!part || !part.querySelector) return;
    function own(name) { return part.hasAttribute && part.hasAttribute(name) ? part : part.querySelector("[" + name + "]"); }
    var titled = own("data-title"), spoken = own("data-announce"), wrong = part.querySelector(".error-summary"), heading = own("data-focus-here");
    if (titled) doc.title = titled.getAttribute("data-title");
    if (spoken) say(spoken.getAttribute("data-announce"));
    focus(wrong || heading);
  });
  doc.addEventListener("htmx:configRequest", function (event) {
    var token = doc.querySelector("[name=csrf_token]");
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.value;
  });
  ["htmx:responseError", "htmx:sendError"].forEach(function (name) {
    doc.addEventListener(name, function (event) {
      var form = event.target.closest && event.target.closest("form");
      var text = form && form.getAttribute("data-failed") || doc.body.getAttribute("data-failed");
      if (form) note(form, text);
      say(text);
    });
  });

  // A press on data-print prints; without JavaScript such a button is not shown (see .needs-js).
  doc.addEventListener("click", function (event) { if (event.target.closest && event.target.closest("[data-print]")) window.print(); });

  function each(part, selector, work) {
    if (part.matches && part.matches(selector)) work(part);
    Array.from(part.querySelectorAll(selector)).forEach(work);
  }
  function start(part) {
    each(part, "[data-count-for]", count);
    each(part, "form[data-keep]", keep);
    each(part, "form[data-autosave]", autosave);
  }
  doc.documentElement.classList.add("has-js");
  forgetSent();
  start(doc);
  focus(doc.querySelector(".error-summary"));
})();

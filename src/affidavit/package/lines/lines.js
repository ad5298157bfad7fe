"use strict";
// Sorts tables, finds files and leads into folders of the treemap. All that is told stands in the
// page without it, and every text that it moves stays text.
(() => {
  const byId = (id) => document.getElementById(id);
  const counted = new Intl.NumberFormat("en-US").format;
  const make = (tag, attributes, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };

  // --- sort -----------------------------------------------------------------------------------
  const words = (row, at) => (row.cells[at].querySelector("[data-box]") || row.cells[at]).textContent;
  const number = (text) => {
    if (text.startsWith("under ")) return number(text.slice(6)) - 0.01;
    const found = Number.parseFloat(text.replaceAll(",", "").replace(/^[^\d]*/, ""));
    return Number.isNaN(found) ? -1 : found;
  };
  const byText = new Intl.Collator("en", { numeric: true }).compare;

  function sort(table, at, descending) {
    const sign = descending ? -1 : 1;
    const numeric = table.tHead.rows[0].cells[at].classList.contains("num");
    const compared = numeric
      ? (a, b) => number(words(a, at)) - number(words(b, at))
      : (a, b) => byText(words(a, at), words(b, at));
    const body = table.tBodies[0];
    body.append(...[...body.rows].sort((a, b) => sign * compared(a, b)));
    for (const [place, head] of [...table.tHead.rows[0].cells].entries()) {
      if (place === at) head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
  }
  for (const table of document.querySelectorAll("table.sortable")) {
    for (const [at, head] of [...table.tHead.rows[0].cells].entries()) {
      if (head.classList.contains("wide") || head.classList.contains("span")) continue;
      const button = make("button", { type: "button" }, head.textContent);
      button.addEventListener("click", () => {
        const now = head.getAttribute("aria-sort");
        sort(table, at, now ? now === "ascending" : head.classList.contains("num"));
      });
      head.replaceChildren(button);
    }
  }

  // --- find -----------------------------------------------------------------------------------
  const form = byId("find");
  if (form) {
    const rows = [...byId("by-file").tBodies[0].rows];
    const texts = rows.map((row) => [0, 1, 2, 3].map((at) => words(row, at)).join("\n").toLowerCase());
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => {
      const wanted = byId("find-text").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      let found = 0;
      rows.forEach((row, at) => {
        row.hidden = !wanted.every((word) => texts[at].includes(word));
        found += row.hidden ? 0 : 1;
      });
      byId("find-said").textContent = `${counted(found)} of ${counted(rows.length)} files`;
      byId("find-said").hidden = false;
    });
    form.hidden = false;
  }

  // --- lead into folders ----------------------------------------------------------------------
  function drill(place) {
    const map = place.querySelector("svg");
    const folders = [...document.querySelectorAll("#folders [data-box]")].map((one) => {
      const [x, y, wide, high] = one.dataset.box.split(" ").map(Number);
      return { one, name: one.textContent, x, y, wide, high };
    });
    const whole = { name: "all files", x: 0, y: 0, wide: 100, high: 100 };
    const inside = (inner, outer, rim = 0.002) =>
      inner.x >= outer.x - rim && inner.x + inner.wide <= outer.x + outer.wide + rim &&
      inner.y >= outer.y - rim && inner.y + inner.high <= outer.y + outer.high + rim;
    const size = (box) => box.wide * box.high;
    const part = (name, of) => Number.parseFloat(of.getAttribute(name) || "0");
    const drawn = [...map.children].map((one) => ({
      one, x: part("x", one), y: part("y", one), wide: part("width", one), high: part("height", one),
    }));
    const up = make("button", { type: "button", disabled: "" }, "One folder up");
    const said = make("span", { role: "status" }, "Shown: all files");
    place.before(make("div", { class: "zoom" }, up, said));
    let now = whole;

    const shown = (box, a, of, wide) => `${(100 * (a - of)) / wide}%`;
    function show(box) {
      now = box;
      const near = size(box) > 9999;
      map.classList.toggle("zoomed", !near);
      for (const each of drawn) {
        const hidden = !inside(each, box);
        each.one.toggleAttribute("hidden", hidden);
        if (hidden) continue;
        each.one.setAttribute("x", shown(box, each.x, box.x, box.wide));
        each.one.setAttribute("y", shown(box, each.y, box.y, box.high));
        if (each.one.tagName === "rect") {
          each.one.setAttribute("width", `${(100 * each.wide) / box.wide}%`);
          each.one.setAttribute("height", `${(100 * each.high) / box.high}%`);
        }
      }
      up.disabled = near;
      said.textContent = `Shown: ${box.name}`;
      for (const old of map.querySelectorAll(".f")) old.remove();
      if (!near) name();
    }
    function name() {
      for (const { one } of drawn) {
        const title = one.querySelector("title");
        if (!title || one.hasAttribute("hidden")) continue;
        const text = document.createElementNS(map.namespaceURI, "text");
        text.setAttribute("class", `f on-${one.getAttribute("class")}`);
        text.setAttribute("dx", "4");
        text.setAttribute("dy", "13");
        text.setAttribute("x", one.getAttribute("x"));
        text.setAttribute("y", one.getAttribute("y"));
        text.textContent = title.textContent.split(": ").slice(0, -1).join(": ").split("/").pop();
        const box = one.getBoundingClientRect();
        if (box.height < 16 || box.width < 24) continue;
        map.append(text);
        if (text.getComputedTextLength() + 6 > box.width) text.remove();
      }
    }
    function above(box) {
      const found = [whole, ...folders].filter((one) => one !== box && size(one) > size(box) + 0.001 && inside(box, one));
      return found.sort((a, b) => size(a) - size(b))[0] || whole;
    }
    map.addEventListener("click", (event) => {
      const frame = map.getBoundingClientRect();
      const x = now.x + ((event.clientX - frame.left) / frame.width) * now.wide;
      const y = now.y + ((event.clientY - frame.top) / frame.height) * now.high;
      const under = folders.filter((one) => size(one) < size(now) - 0.001 && inside(one, now) &&
        x >= one.x && x <= one.x + one.wide && y >= one.y && y <= one.y + one.high);
      if (under.length) show(under.sort((a, b) => size(b) - size(a))[0]);
    });
    up.addEventListener("click", () => show(above(now)));
    for (const folder of folders) {
      const button = make("button", { type: "button", class: "show" }, "Show");
      button.setAttribute("aria-label", `Show ${folder.name} in the map`);
      button.addEventListener("click", () => {
        show(folder);
        place.scrollIntoView({ block: "nearest" });
      });
      folder.one.after(button);
    }
  }
  if (byId("treemap")) drill(byId("treemap"));
  document.documentElement.classList.add("script");
})();

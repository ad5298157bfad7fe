"use strict";
// Shows all landings, filtered, sorted and in pages, from the columns in the element #data.
// Every text reaches the page as text, never as markup. The rows equal those of rows.py.
(() => {
  const PAGE = 100;
  const SHORT = 10;
  const NOTES = "refs/notes/";
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const { columns, words, rules, texts, casts, people, grades, authorships, mergers, unapproved, cut } = data;
  const size = columns.commit.length;
  const list = byId("list");
  const body = list.tBodies[0];
  const counted = new Intl.NumberFormat("en-US").format;
  const plural = (number, one) => `${counted(number)} ${one}${number === 1 ? "" : "s"}`;

  function make(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }
  const bold = (text) => make("b", null, text);
  const small = (text) => make("small", null, text);
  const code = (text) => make("code", null, text);

  // --- what is known of landing i -------------------------------------------------------------
  const word = (name, i) => words[columns[name][i]];
  const isAi = (i) => word("authorship", i) === "ai" || word("authorship", i) === "mixed";

  function claims(i) {
    return columns.claims[i].map(([rule, text, commit, session]) => {
      const [id, tier, role, agent, model, source] = rules[rule];
      const [evidence, digest] = texts[text];
      const of = commit || columns.commit[i];
      return { id, tier, agent, model, role, source, evidence, digest, commit: of, session };
    });
  }
  const decides = (c) => c.tier !== "D" && (c.role === "author" || c.role === "co-author");
  const counts = (c) => c.tier !== "D" && c.role !== "committer-only";

  function agents(i) {
    if (!columns.claims[i].length) return [];
    const found = claims(i).filter(isAi(i) ? decides : counts);
    return [...new Set(found.map((c) => c.agent))].sort(byCode);
  }
  const byCode = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

  function exceptions(i) {
    const found = columns.exceptions[i];
    const pairs = [];
    for (let at = 0; at < found.length; at += 2) pairs.push([words[found[at]], words[found[at + 1]]]);
    return pairs;
  }
  const cast = (i) => casts[columns.people[i]].map((index) => people[index]);

  function firstPerson(i) {
    const named = cast(i);
    const one = named.find((each) => each[2].split(", ")[0] === "person") || named[0];
    return one ? one[0] || one[1] : "nobody named";
  }
  const clipped = (text, limit) => {
    const letters = [...text];
    return letters.length <= limit ? text : `${letters.slice(0, limit - 1).join("")}…`;
  };

  // --- a row ----------------------------------------------------------------------------------
  function row(i) {
    const [landed, grade, authorship] = [columns.landed[i], word("grade", i), word("authorship", i)];
    const flags = exceptions(i);
    const cell = (style, ...children) => make("td", { role: "cell", class: style }, ...children);
    return make("tr", { id: `c-${columns.commit[i]}`, role: "row" },
      cell("when", make("time", { datetime: landed }, landed.slice(0, 10))),
      make("th", { role: "rowheader", scope: "row", class: "title" }, columns.title[i]),
      cell("who", make("span", { class: `tag a-${authorship}` }, authorships[authorship]),
        ...listed(agents(i))),
      cell("grade", make("span", { class: `tag ${grade.toLowerCase()}` }, bold(grade), ` ${called(i)}`)),
      cell("flags", ...listed(flags.map(([name]) => name))),
      cell("more", make("details", null, make("summary", null, ...summary(i)),
        make("dl", { class: "evidence" }, ...evidence(i, flags)))));
  }
  function called(i) {
    const known = word("grade", i) === "R1" && exceptions(i).some(([name]) => name === unapproved[0]);
    return known ? unapproved[1] : grades[word("grade", i)];
  }
  const listed = (names) =>
    names.length ? [make("ul", null, ...names.map((name) => make("li", null, name)))] : [];

  function summary(i) {
    const kind = [word("kind", i), word("marks", i)].filter(Boolean).join(" ");
    const parts = [bold(columns.change[i]), " · ", code(columns.commit[i].slice(0, SHORT)),
      ` · ${kind} · ${clipped(firstPerson(i), 80)}`];
    const request = columns.request[i];
    if (request) parts[3] += ` · ${clipped(`${words[request[0]]} ${request[1]}`, 80)}`;
    return parts;
  }

  function evidence(i, flags) {
    const [moreClaims = 0, morePeople = 0, moreSentences = 0] = cut[i] || [];
    const entries = [];
    const entry = (name, items, more = 0) => {
      if (!items.length) return;
      if (more) items.push([`and ${counted(more)} more, in report.json`]);
      entries.push(make("dt", null, name), ...items.map((item) => make("dd", null, ...item)));
    };
    const unrefined = columns.unrefined[i] ? "; unrefined: the squashed commits are not here, or do not agree with what landed" : "";
    const grade = word("grade", i);
    const merged = mergers[{ true: 0, false: 1, null: 2 }[columns.merged[i]]];
    entry("Exceptions", flags.map(([name, reason]) => [bold(name), ` ${reason}`]));
    entry("Claims", claims(i).map((c) => claim(c, columns.commit[i])), moreClaims);
    entry("Authorship", [[authorships[word("authorship", i)] + unrefined]]);
    entry("Review", [[bold(grade), ` ${called(i)}. ${merged}`],
      ...columns.review[i].map((index) => [words[index]])], moreSentences);
    entry("Pull request", request(columns.request[i]));
    entry("People", cast(i).map(person), morePeople);
    entry("Critical paths", columns.critical[i].map((index) => [code(words[index])]));
    entry("Landed", [[landed(i)]]);
    entry("Commits", [commits(i)]);
    entry("Reproduce", commands(i).map((command) => [make("kbd", null, command)]));
    return entries;
  }

  function claim(c, landing) {
    const said = [` tier ${c.tier} · ${c.agent} · ${c.role}`];
    if (c.model) said[0] += ` · model ${c.model}`;
    said[0] += ` · from ${c.source}`;
    if (c.commit !== landing) said.push(" · of ", code(c.commit));
    if (c.session) said.push(` · session ${c.session}`);
    return [bold(c.id), ...said, make("q", null, c.evidence), small(`docs/signals/${c.id}.md · ${c.digest}`)];
  }
  const person = ([name, email, part]) => [`${name} <${email}> `, small(part)];

  function request(found) {
    if (!found) return [];
    const [forge, number, proof, form, seen] = found;
    const corroborated = seen ? ` · corroborated by ${seen}` : "";
    return [[`${words[forge]} ${number} `,
      small(`${words[proof]} · form ${words[form]}${corroborated}`)]];
  }
  function landed(i) {
    const own = columns.own[i];
    const date = own === 0 ? "" : `; the commit's own date is ${own === null ? "unusable" : own}`;
    const [place = columns.landed[i], by] = columns.told ? columns.told[i] : [];
    const told = by ? `; ${columns.landed[i]} by the forge's record of the ${by}` : "";
    return `${place}${date}${told}; on ${word("branches", i)}`;
  }
  function commits(i) {
    const [brought = 0, ids = [], squashed = 0, inner = [], ref = ""] = columns.commits[i];
    const found = [code(columns.commit[i])];
    if (brought) found.push(` and ${plural(brought, "commit")} it brought in: `, ...idList(ids, brought));
    if (ref) found.push(` squashed from ${plural(squashed, "commit")} of ${ref}: `, ...idList(inner, squashed));
    return found;
  }
  function idList(ids, total) {
    const nodes = ids.flatMap((id) => [code(id), " "]).slice(0, -1);
    const more = total - ids.length;
    return more > 0 ? [...nodes, ` and ${counted(more)} more, in report.json`] : nodes;
  }
  const quoted = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`);

  function commands(i) {
    const commit = columns.commit[i];
    const found = [`git show --no-patch --format=fuller ${commit}`];
    if (word("kind", i) === "merge") found.push(`git log --format=fuller ${commit}^1..${commit}`);
    const notes = claims(i).filter((c) => c.source.startsWith(NOTES))
      .map((c) => `git notes --ref=${quoted(c.source.slice(NOTES.length))} show ${c.commit}`);
    if (word("grade", i) === "R3") notes.push(`git notes --ref=review show ${commit}`);
    return [...found, ...[...new Set(notes)].sort(byCode)];
  }

  // --- filter and sort ------------------------------------------------------------------------
  const fields = Object.fromEntries(
    ["text", "authorship", "grade", "agent", "kind", "exceptions"].map((name) => [name, byId(`f-${name}`)]));
  const agentNames = Array.from({ length: size }, (_, i) => agents(i));
  let haystacks = null;
  let order = Array.from({ length: size }, (_, i) => i);
  let found = order;
  let page = 0;

  function haystack(i) {
    const request_ = columns.request[i];
    const named = cast(i).map(([name, email]) => `${name} ${email}`);
    const [, ids = [], , inner = []] = columns.commits[i];
    return [columns.title[i], columns.change[i], columns.commit[i], request_ ? `#${request_[1]}` : "",
      ...named, ...ids, ...inner, ...exceptions(i).map(([name]) => name)].join("\n").toLowerCase();
  }
  function matches() {
    const wanted = fields.text.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    if (wanted.length && !haystacks) haystacks = Array.from({ length: size }, (_, i) => haystack(i));
    const is = (name, i) => !fields[name].value || word(name, i) === fields[name].value;
    return (i) => is("authorship", i) && is("grade", i) && is("kind", i)
      && (!fields.agent.value || agentNames[i].includes(fields.agent.value))
      && (!fields.exceptions.checked || columns.exceptions[i].length > 0)
      && wanted.every((text) => haystacks[i].includes(text));
  }
  const keys = {
    landed: (i) => columns.landed[i],
    title: (i) => columns.title[i].toLowerCase(),
    authorship: (i) => Object.keys(authorships).indexOf(word("authorship", i)),
    grade: (i) => word("grade", i),
    exceptions: (i) => columns.exceptions[i].length,
  };
  function sort(name, descending) {
    const key = Array.from({ length: size }, (_, i) => keys[name](i));
    const sign = descending ? -1 : 1;
    // Landings of one time stand in the order of history, which the list has newest first.
    const tie = name === "landed" && !descending ? -1 : 1;
    order = Array.from({ length: size }, (_, i) => i)
      .sort((a, b) => sign * byCode(key[a], key[b]) || tie * (a - b));
    for (const head of list.tHead.querySelectorAll("[data-sort]")) {
      const on = head.dataset.sort === name;
      if (on) head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    search();
  }
  function search() {
    found = order.filter(matches());
    page = 0;
    show();
  }
  function clear() {
    for (const field of Object.values(fields)) field.value = "";
    fields.exceptions.checked = false;
    search();
  }
  function show() {
    const pages = Math.max(Math.ceil(found.length / PAGE), 1);
    page = Math.min(Math.max(page, 0), pages - 1);
    const start = page * PAGE;
    const here = found.slice(start, start + PAGE);
    body.replaceChildren(...here.map(row));
    const range = here.length ? `, showing ${counted(start + 1)} to ${counted(start + here.length)}` : "";
    byId("found").textContent = `${counted(found.length)} of ${counted(size)} landings${range}`;
    byId("page-of").textContent = `Page ${counted(page + 1)} of ${counted(pages)}`;
    byId("pager").hidden = pages === 1;
    for (const button of byId("pager").querySelectorAll("button")) {
      const back = button.dataset.go === "first" || button.dataset.go === "back";
      button.disabled = back ? page === 0 : page === pages - 1;
    }
  }
  function go(where) {
    const last = Math.ceil(found.length / PAGE) - 1;
    page = { first: 0, back: page - 1, next: page + 1, last }[where];
    show();
    byId("landings").scrollIntoView();
    byId("landings").focus({ preventScroll: true });
  }
  function follow() {
    const commit = location.hash.startsWith("#c-") ? location.hash.slice(3) : "";
    const at = commit ? columns.commit.indexOf(commit) : -1;
    if (at < 0) return;
    if (!byId(`c-${commit}`)) {
      clear();
      page = Math.floor(found.indexOf(at) / PAGE);
      show();
    }
    const target = byId(`c-${commit}`);
    target.querySelector("details").open = true;
    target.scrollIntoView({ block: "center" });
    target.querySelector("summary").focus({ preventScroll: true });
  }

  // --- start ----------------------------------------------------------------------------------
  function options(select, values, names = {}) {
    for (const value of values) select.append(make("option", { value }, names[value] || value));
  }
  function heading(head) {
    const button = make("button", { type: "button" }, head.textContent);
    button.addEventListener("click", () => {
      const first = head.dataset.sort === "title" || head.dataset.sort === "grade"
        || head.dataset.sort === "authorship" ? "ascending" : "descending";
      const now = head.getAttribute("aria-sort");
      sort(head.dataset.sort, now ? now === "ascending" : first === "descending");
    });
    head.replaceChildren(button);
  }
  function start() {
    const used = (name) => new Set(columns[name].map((index) => words[index]));
    options(fields.authorship, Object.keys(authorships).filter((a) => used("authorship").has(a)), authorships);
    options(fields.grade, Object.keys(grades).filter((g) => used("grade").has(g)),
      Object.fromEntries(Object.entries(grades).map(([g, name]) => [g, `${g} ${name}`])));
    options(fields.agent, [...new Set(agentNames.flat())].sort(byCode));
    options(fields.kind, [...used("kind")].sort(byCode));
    for (const head of list.tHead.querySelectorAll("[data-sort]")) heading(head);
    const form = byId("filter");
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", search);
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      clear();
    });
    byId("pager").addEventListener("click", (event) => {
      if (event.target.dataset.go) go(event.target.dataset.go);
    });
    form.hidden = byId("found").hidden = false;
    document.documentElement.classList.add("script");
    sort("landed", true);
    addEventListener("hashchange", follow);
    follow();
  }
  if (size) start();
})();

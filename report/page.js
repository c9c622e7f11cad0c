"use strict";
(() => {
  const run = JSON.parse(document.getElementById("run").textContent);
  const by = (id) => document.getElementById(id);
  const events = run.events ?? [], steps = run.steps ?? [];

  // element makes an element with attributes and children.
  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else if (value !== false) made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }
  function drawn(name, attributes, text) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }
  function clock(seconds, digits = 1) {
    const minutes = Math.floor(seconds / 60), rest = (seconds - 60 * minutes).toFixed(digits);
    return `${minutes}:${rest.padStart(digits ? 3 + digits : 2, "0")}`;
  }

  // What was: rooms, participants and where they were, read from the events alone.
  const rooms = new Map(), people = new Map(), bots = new Map();
  for (const e of events) {
    if (e.room && !rooms.has(e.room.id)) rooms.set(e.room.id, { ...e.room, changes: [] });
    if (e.room) rooms.get(e.room.id).name = e.room.name;
    const room = e.room && rooms.get(e.room.id);
    if (e.type === "ROOM_OPENED") room.changes.push([e.at, "open"]);
    if (e.type === "ROOM_CLOSED") room.changes.push([e.at, "closed"]);
    if (e.type === "ROOM_DELETED") room.changes.push([e.at, "deleted"]);
    if (e.bot && e.code) {
      if (!bots.has(e.bot.name)) bots.set(e.bot.name, []);
      bots.get(e.bot.name).push([e.at, e.code]);
    }
    if (!e.who) continue;
    if (!people.has(e.who)) people.set(e.who, { number: e.who, isBot: e.isBot, stays: [] });
    const person = people.get(e.who), last = person.stays.at(-1);
    person.name = e.name;
    if (e.type === "PARTICIPANT_ENTERED_ROOM") {
      if (last && last.to === undefined) last.to = e.at;
      person.stays.push({ room: e.room.id, from: e.at });
    } else if ((e.type === "PARTICIPANT_LEFT_ROOM" || e.type === "PARTICIPANT_LEFT") && last && last.to === undefined) {
      last.to = e.at;
    }
  }
  [...rooms.values()].forEach((room, i) => {
    room.main = i === 0;
    room.hue = i === 0 ? "hsl(220 8% 60%)" : `hsl(${(i * 137.5) % 360} 60% 62%)`;
  });
  const latest = (changes, at) => changes.findLast(([when]) => when <= at)?.[1];

  // The head.
  const failed = run.report.verdicts.filter((v) => !v.ok);
  by("verdict").textContent = failed.length === 0 ? "✓ Everything was as expected" : `✗ ${failed.length} of ${run.report.verdicts.length} expectations failed`;
  by("verdict").className = failed.length === 0 ? "good" : "bad";
  const facts = {
    Lasted: clock(run.seconds), "Played in": `${run.took.toFixed(1)} s`, Seed: run.seed, Rooms: run.report.rooms, Participants: run.report.participants,
    Bots: run.report.bots, "Changes of room": run.report.moves, Events: events.length, Segments: run.report.segments,
    Covered: `${(100 * run.report.coverage).toFixed(2)} %`, Leaked: run.report.leaked_packets, Lost: run.report.lost_packets,
  };
  for (const [name, value] of Object.entries(facts)) by("facts").append(element("div", {}, element("dt", {}, name), element("dd", {}, String(value))));

  // What was expected: what failed first.
  for (const v of [...failed, ...run.report.verdicts.filter((v) => v.ok)]) {
    const what = v.event ? element("button", { type: "button", onclick: () => find(v.event) }, v.what) : v.what;
    const said = v.ok ? "" : element("p", { class: "said" }, v.said);
    const when = v.at === undefined ? "" : element("button", { type: "button", onclick: () => show(v.at) }, clock(v.at, 3));
    by("expected").append(element("tr", { class: v.ok ? "kept" : "failed" },
      element("td", {}, element("span", { class: v.ok ? "good" : "bad" }, v.ok ? "✓ " : "✗ "), what, said),
      element("td", {}, v.want), element("td", {}, v.got), element("td", {}, when), element("td", {}, v.line ? String(v.line) : "")));
  }
  for (const what of run.report.target?.left_out ?? []) {
    by("expected").append(element("tr", {}, element("td", {}, "– ", what), element("td", { colspan: 4 }, "left out: nobody outside of the target knows")));
  }
  for (const m of run.score) by("score").append(element("div", {}, element("dt", {}, m.what), element("dd", {}, m.value)));

  // The timeline: a line for each participant, coloured by room.
  const span = Math.max(run.seconds, 0.001), label = 110, width = 1100, line = 16, head = 34;
  const listed = [...people.values()].filter((p) => p.stays.length > 0).sort((a, b) => Number(a.isBot ?? false) - Number(b.isBot ?? false) || a.number - b.number);
  const height = head + listed.length * line + 6, x = (at) => label + (at / span) * (width - label - 8);
  const picture = drawn("svg", { viewBox: `0 0 ${width} ${height}` });
  const pace = [1, 2, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600].find((s) => span / s <= 12) ?? 7200;
  for (let at = 0; at <= span - pace / 4; at += pace) {
    picture.append(drawn("line", { class: "grid", x1: x(at), x2: x(at), y1: 18, y2: height }), drawn("text", { class: "tick", x: x(at) + 2, y: 12 }, clock(at, 0)));
  }
  for (const one of steps) {
    const mark = drawn("path", { class: "step", d: `M${x(Math.min(one.at, span))} 30l-4 -8h8z` });
    mark.append(drawn("title", {}, `${clock(one.at)} ${one.text}`));
    picture.append(mark);
  }
  for (const v of failed.filter((v) => v.at !== undefined)) {
    const mark = drawn("line", { class: "fault", x1: x(Math.min(v.at, span)), x2: x(Math.min(v.at, span)), y1: 14, y2: height });
    mark.append(drawn("title", {}, v.said));
    picture.append(mark);
  }
  listed.forEach((person, i) => {
    const top = head + i * line;
    picture.append(drawn("text", { x: 6, y: top + 11 }, (person.name.length > 15 ? person.name.slice(0, 14) + "…" : person.name) + (person.isBot ? " ●" : "")));
    for (const stay of person.stays) {
      const room = rooms.get(stay.room), to = stay.to ?? span;
      const bar = drawn("rect", { x: x(stay.from), y: top + 2, width: Math.max(1, x(to) - x(stay.from)), height: line - 4, rx: 2, fill: room.hue });
      bar.append(drawn("title", {}, `${person.name} in ${room.name}, ${clock(stay.from)} to ${clock(to)}`));
      picture.append(bar);
    }
  });
  const hand = drawn("line", { class: "now", y1: 0, y2: height });
  picture.append(hand);
  by("timeline").append(picture);

  // The moment that is shown.
  const scrubber = by("scrubber");
  scrubber.max = span;
  let now = 0;
  function show(at) {
    now = Math.min(span, Math.max(0, at));
    scrubber.value = now;
    scrubber.setAttribute("aria-valuetext", clock(now));
    by("moment").textContent = clock(now);
    hand.setAttribute("x1", x(now));
    hand.setAttribute("x2", x(now));
    const past = events.findLast((e) => e.at <= now), step = steps.findLast((s) => s.at <= now);
    by("happening").textContent = [step?.text, past && `#${past.sequence} ${past.text}`].filter(Boolean).join(" · ");
    showRooms();
    mark(past);
  }
  function showRooms() {
    const inside = new Map([...rooms.keys()].map((id) => [id, []]));
    for (const person of listed) {
      const stay = person.stays.find((s) => s.from <= now && (s.to === undefined || s.to > now));
      if (stay) inside.get(stay.room).push(person);
    }
    by("rooms").replaceChildren(...[...rooms.values()].map((room) => {
      const state = room.main ? "main room" : latest(room.changes, now) ?? "not open yet";
      return element("article", { class: `room ${state === "open" || room.main ? "" : "closed"}`, style: `--hue: ${room.hue}` },
        element("h3", {}, room.name), element("p", {}, `${state}, ${inside.get(room.id).length} inside`),
        element("ul", {}, ...inside.get(room.id).slice(0, 40).map((person) => {
          const recording = person.isBot && latest((bots.get(person.name) ?? []).filter(([, code]) => code.startsWith("in_call")), now) === "in_call_recording";
          return element("li", { class: person.isBot ? `bot ${recording ? "recording" : ""}` : "" }, person.name);
        }), inside.get(room.id).length > 40 ? element("li", {}, `and ${inside.get(room.id).length - 40} more`) : ""));
    }));
  }

  // The events.
  const most = 2000;
  let lines = [];
  function list() {
    const words = by("filter").value.toLowerCase();
    const found = events.filter((e) => !words || `${e.type} ${e.code ?? ""} ${e.text}`.toLowerCase().includes(words));
    lines = found.slice(0, most).map((e) => [e, element("li", {}, element("button", { type: "button", onclick: () => show(e.at) },
      element("span", { class: "number" }, `#${e.sequence}`), element("span", { class: "at" }, clock(e.at, 3)), element("span", {}, e.text)))]);
    by("events").replaceChildren(...lines.map(([, item]) => item));
    by("found").textContent = found.length > most ? `the first ${most} of ${found.length}` : `${found.length} of ${events.length}`;
  }

  // The webhooks: each event with its attempts; first those that took several.
  const sent = new Map();
  for (const one of run.sent ?? []) sent.set(one.sequence, [...(sent.get(one.sequence) ?? []), one]);
  const answered = (one) => one.status >= 200 && one.status < 300;
  if (sent.size > 0) {
    by("sent-section").hidden = false;
    const attempts = run.sent.length, unanswered = run.sent.filter((one) => !answered(one)).length;
    by("sent-facts").textContent = `${attempts} attempts for ${sent.size} events; ${unanswered} failed`;
    const texts = new Map(events.map((e) => [e.sequence, e.text]));
    const listed = [...sent].sort(([a, tried], [b, others]) => others.length - tried.length || a - b);
    by("sent").append(...listed.slice(0, most).map(([sequence, tried]) => element("li", { class: tried.some(answered) ? "" : "failed" },
      element("span", { class: "number" }, `#${sequence}`), element("span", { class: "what" }, texts.get(sequence) ?? ""),
      ...tried.map((one) => element("button", { type: "button", class: answered(one) ? "good" : "bad", title: one.error ?? "", onclick: () => show(one.at) },
        `${clock(one.at, 3)} ${one.status ?? "no answer"}`)))));
  }

  let marked;
  function mark(past) {
    marked?.classList.remove("now");
    marked = lines.findLast(([e]) => past && e.sequence <= past.sequence)?.[1];
    if (!marked) return;
    marked.classList.add("now");
    const frame = by("events");
    if (marked.offsetTop < frame.scrollTop + frame.offsetTop || marked.offsetTop > frame.scrollTop + frame.offsetTop + frame.clientHeight - 30) frame.scrollTop = marked.offsetTop - frame.offsetTop - frame.clientHeight / 2;
  }
  function find(words) {
    by("filter").value = words;
    list();
    by("filter").scrollIntoView({ block: "center" });
  }

  // What moves it.
  scrubber.addEventListener("input", () => show(Number(scrubber.value)));
  const pick = (event) => {
    const box = picture.getBoundingClientRect();
    show(((event.clientX - box.left) / box.width * width - label) / (width - label - 8) * span);
  };
  picture.addEventListener("pointerdown", (event) => { pick(event); picture.setPointerCapture(event.pointerId); });
  picture.addEventListener("pointermove", (event) => { if (event.buttons) pick(event); });
  by("timeline").addEventListener("keydown", (event) => {
    const leap = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (leap) { show(now + leap * (event.shiftKey ? 10 : 1)); event.preventDefault(); }
  });
  by("filter").addEventListener("input", list);
  let playing = 0;
  function frame(before) {
    playing = requestAnimationFrame((at) => {
      show(now + (at - before) / 1000 * Number(by("speed").value));
      if (now < span) frame(at); else stop();
    });
  }
  function stop() {
    cancelAnimationFrame(playing);
    playing = 0;
    by("play").textContent = "Play";
  }
  by("play").addEventListener("click", () => {
    if (playing) return stop();
    if (now >= span) show(0);
    by("play").textContent = "Pause";
    frame(performance.now());
  });
  list();
  show(span / 2);
})();

// The stream of what changes, drawn into the page; and going from one place of it to another.
import { morph } from "./morph.js";
import { setClock, tick } from "./clock.js";

const byId = (id) => document.getElementById(id);
let source = null;
let arriving = false;
let submitted = "";
const ended = new Set();

/** Show a log's end, and keep it in view whatever comes until somebody scrolls away. */
export function toEnd(log) {
  log.scrollTop = log.scrollHeight;
  ended.add(log);
}

// What the tour points at stays in view.
const stay = (log) => { if (ended.has(log) && !log.querySelector(".toured")) toEnd(log); };

// Away from the end goes who scrolls up; not who is further from it because something has come since.
const tops = new WeakMap();
document.addEventListener("scroll", ({ target: log }) => {
  if (!log.matches?.(".log")) return;
  const up = log.scrollTop < (tops.get(log) ?? 0);
  tops.set(log, log.scrollTop);
  if (log.scrollHeight - log.scrollTop - log.clientHeight < 80) ended.add(log);
  else if (up) ended.delete(log);
}, true);
// A picture has its height only when it is there; a thread beside it or a telephone's keyboard takes room away.
document.addEventListener("load", ({ target }) => stay(target.closest?.(".log")), true);
const sizes = new ResizeObserver((seen) => seen.forEach(({ target }) => stay(target)));
document.querySelectorAll(".log").forEach((log) => sizes.observe(log));

/** After a modal was sent: the first field that is complained of gets the focus. */
export const seekError = (view) => { submitted = view; };

/** Listen for what this address shows. Everything comes first, then what changes. */
export function listen() {
  source?.close();
  source = new EventSource(`/events${location.search}`);
  source.addEventListener("draw", (event) => draw(JSON.parse(event.data)));
  source.addEventListener("open", () => { document.body.dataset.link = "up"; });
  source.addEventListener("error", () => { document.body.dataset.link = "lost"; });
}

// A tab that nobody sees needs none: a browser keeps only six connections to one address.
document.addEventListener("visibilitychange", () => { if (document.hidden) source?.close(); else listen(); });

/** Show another place; `push` makes a step for the browser's Back. */
export function go(address, push = true) {
  if (push) history.pushState(null, "", address);
  arriving = true;
  listen();
}

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

function draw({ put = {}, lists = {}, frame = {}, clock, whole }) {
  const fresh = {};
  // Who opens a thread stays where they are in the channel.
  const others = Object.keys(lists).map(byId).filter((log) => log.matches(".log") && !isKept(log, lists[log.id]));
  for (const [id, html] of Object.entries(put)) {
    const old = byId(id);
    const made = parsed(html);
    if (old) morph(old, made);
    else fresh[id] = made;
  }
  for (const [id, order] of Object.entries(lists)) arrange(byId(id), order, fresh);
  Object.assign(document.body.dataset, frame);
  if (clock) setClock(clock);
  tick();
  for (const log of whole && arriving ? new Set([...ended, ...others]) : ended) toEnd(log);
  openViews();
  restoreDrafts();
  if (whole && arriving) arrive();
  document.dispatchEvent(new Event("drawn"));
}

/** Whether some of the messages that it shows stay in it. */
const isKept = (log, order) => [...log.querySelectorAll(":scope > article")].some((one) => order.includes(one.id));

function arrange(list, order, fresh) {
  for (const child of [...list.children]) {
    if (order.includes(child.id)) continue;
    if (child.open && child.nodeName === "DIALOG") child.close(); // gives the focus back
    child.remove();
  }
  let at = list.firstElementChild;
  for (const id of order) {
    const child = fresh[id] ?? byId(id);
    if (child === at) at = at.nextElementSibling;
    else list.insertBefore(child, at);
  }
}

function arrive() {
  arriving = false;
  const place = byId(decodeURIComponent(location.hash.slice(1)));
  place?.scrollIntoView({ block: "center" });
  place?.classList.add("found");
  const pane = document.body.dataset.thread ? byId("thread") : byId("main");
  const wide = matchMedia("(min-width: 700px)").matches; // on a phone the keyboard would cover what was opened
  const wanted = document.body.dataset.step === "list" ? "#rail a" : wide ? `#${pane.id} textarea` : `#${pane.id} [tabindex="-1"]`;
  document.querySelector(wanted)?.focus({ preventScroll: true });
}

export function openViews() {
  for (const dialog of document.querySelectorAll("#views > dialog:not([open])")) {
    dialog.showModal();
    dialog.querySelector(".body :is(input, textarea, select)")?.focus();
  }
  const wrong = submitted && byId(`view-${submitted}`)?.querySelector("[aria-invalid=true]");
  if (wrong) { (wrong.querySelector("input") ?? wrong).focus(); submitted = ""; }
}

export function restoreDrafts() {
  for (const words of document.querySelectorAll(".composer textarea:not([data-restored])")) {
    words.dataset.restored = "";
    words.value ||= sessionStorage.getItem(words.id) ?? "";
  }
}

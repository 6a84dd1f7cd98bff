// Keeps the board current: countdowns, times as the reader's clock shows them, and what the server says has changed.
// Without it the page says the same, as of the moment it was made.

const POLL_MS = 15_000; // while no stream can be had
const AGAIN_MS = 60_000;
const from = { now: 0, speed: 1, at: 0 };

function setClock(body) {
  Object.assign(from, { now: Number(body.dataset.now), speed: Number(body.dataset.speed), at: performance.now() });
}

const now = () => from.now + ((performance.now() - from.at) / 1000) * from.speed;

// --- times

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const date = new Intl.DateTimeFormat(undefined, { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
const seconds = (iso) => Date.parse(iso) / 1000;

function countdown(left) {
  const whole = Math.ceil(left);
  if (whole <= 0) return "now";
  const two = (value) => String(value).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours ? `in ${hours}:${two(minutes)}:${two(rest)}` : `in ${minutes}:${two(rest)}`;
}

/** Times in the reader's own zone; the server writes them in UTC. */
function localise(root) {
  for (const time of root.querySelectorAll("time[data-show]")) {
    const at = new Date(time.dateTime);
    time.title = time.textContent;
    time.textContent = (time.dataset.show === "clock" ? clock : date).format(at);
  }
}

function tick() {
  const present = now();
  for (const one of document.querySelectorAll("[data-until]")) {
    const shown = countdown(seconds(one.dataset.until) - present);
    if (one.textContent !== shown) one.textContent = shown;
  }
}

// --- what has changed

/** Make `old` look like `fresh`, and leave what belongs to the person: focus, what is unfolded, what was typed. */
function morph(old, fresh) {
  if (old.nodeName !== fresh.nodeName || (old.id ?? "") !== (fresh.id ?? "")) return old.replaceWith(fresh);
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return undefined;
  }
  if (old.nodeName === "FORM") return undefined;
  const own = (name) => name === "open" && old.nodeName === "DETAILS";
  for (const { name, value } of fresh.attributes) if (!own(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes]) if (!own(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
  let at = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    const named = next.id ? [...old.children].find((child) => child.id === next.id) : null;
    const match = named ?? (!next.id && at && !at.id && at.nodeName === next.nodeName ? at : null);
    if (!match) {
      old.insertBefore(next, at);
      continue;
    }
    if (match === at) at = at.nextSibling;
    else old.insertBefore(match, at);
    morph(match, next);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
  return undefined;
}

const told = () => new Map([...document.querySelectorAll("[data-news]")].map((one) => [one.id, one.dataset.news]));
const trouble = (text) => {
  const place = document.querySelector("#trouble");
  if (place.textContent !== text) place.textContent = text;
};

let under = null;
let again = false;

/** Fetch the page anew. What is asked for meanwhile is fetched once, afterwards. */
async function refresh() {
  if (under) {
    again = true;
    return;
  }
  under = fetch(location.href, { cache: "no-store" });
  try {
    const answer = await under;
    if (answer.ok) show(await answer.text());
    else if (answer.status === 401) trouble("This screen may look no longer: open the board by a newer link, or by its token.");
    else trouble("The board does not answer as it should. What you see may be old.");
  } catch {
    trouble("The board cannot be reached. What you see may be old.");
  } finally {
    under = null;
  }
  if (again) {
    again = false;
    await refresh();
  }
}

function show(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const before = told();
  setClock(fresh.body);
  document.body.dataset.mark = fresh.body.dataset.mark;
  localise(fresh);
  morph(document.querySelector("#main"), fresh.querySelector("#main"));
  morph(document.querySelector(".as-of time"), fresh.querySelector(".as-of time"));
  document.title = fresh.title;
  trouble("");
  tick();
  const news = [...told()].filter(([id, said]) => before.get(id) !== said).map(([, said]) => said);
  if (news.length) document.querySelector("#news").textContent = news.slice(0, 3).join(". ");
}

// --- the stream

let polling = 0;

function listen() {
  const stream = new EventSource(`/board/events?mark=${document.body.dataset.mark}`);
  const live = document.querySelector("#live");
  const standing = (on) => {
    live.classList.toggle("on", on);
    live.textContent = on ? "Live," : "As of";
    clearInterval(polling);
    polling = on ? 0 : setInterval(refresh, POLL_MS);
  };
  stream.addEventListener("open", () => standing(true));
  // Also at the beginning of a stream, where something has changed since the page was made.
  stream.addEventListener("changed", refresh);
  stream.addEventListener("error", () => {
    standing(false);
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN_MS); // refused: the browser gives up by itself
  });
}

setClock(document.body);
localise(document);
tick();
setInterval(tick, 250);
document.querySelector("#refresh").addEventListener("click", (click) => {
  click.preventDefault();
  refresh();
});
document.addEventListener("visibilitychange", () => document.hidden || refresh());
listen();

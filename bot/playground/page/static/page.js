// What a person does with the page, told to the server. What comes of it is drawn by the stream of live.js.
import { go, listen, openViews, restoreDrafts, seekError } from "./live.js";
import { closeMenus, complete, completes } from "./menus.js";
import "./tour.js";

const body = document.body;

async function post(address, content, type) {
  try {
    const answer = await fetch(address, { method: "POST", body: content, headers: type ? { "Content-Type": type } : {} });
    if (answer.ok) return answer;
    toast((await answer.text()).slice(0, 300) || `It failed (${answer.status}).`);
  } catch {
    toast("The playground does not answer. Does it still run in your terminal?");
  }
  return null;
}

const act = (name, given) => post(`/do/${name}${location.search}`, JSON.stringify(given), "application/json");

function toast(words) {
  const said = Object.assign(document.createElement("p"), { textContent: words });
  document.getElementById("toasts").append(said);
  setTimeout(() => said.remove(), 8000);
}

/** The message or view that something belongs to. */
function place(element) {
  const view = element.closest("[data-view]");
  return view ? { view: view.dataset.view } : { message: element.closest("[data-message]")?.dataset.message };
}

function read(widget) {
  const ticks = [...widget.querySelectorAll("input[type=checkbox], input[type=radio]")];
  const on = ticks.filter((tick) => tick.checked).map((tick) => tick.value);
  if (ticks.length) return ticks[0].type === "radio" ? on[0] ?? null : on;
  const field = widget.querySelector("input, textarea, select");
  if (field?.list) return [...field.list.options].find((one) => one.value === field.value)?.dataset.value ?? null;
  return field?.value || null;
}

function confirmed(widget) {
  const template = widget.querySelector("template[data-confirm]");
  if (!template) return Promise.resolve(true);
  const dialog = template.content.firstElementChild.cloneNode(true);
  body.append(dialog);
  dialog.showModal();
  return new Promise((answer) => dialog.addEventListener("close", () => {
    answer(dialog.returnValue === "yes");
    dialog.remove();
  }));
}

async function press(widget, value, button) {
  if (button?.ariaBusy === "true" || !(await confirmed(widget))) return;
  if (button?.dataset.url) window.open(button.dataset.url, "_blank", "noopener,noreferrer");
  if (button) button.ariaBusy = "true";
  const { block, action } = widget.dataset;
  await act("press", { ...place(widget), block, action, value });
  if (button) button.ariaBusy = "false";
}

function showPanel(key) {
  for (const tab of document.querySelectorAll("[data-panel]")) {
    const on = tab.dataset.panel === key;
    tab.ariaSelected = String(on);
    tab.tabIndex = on ? 0 : -1;
    document.getElementById(`tabpanel-${tab.dataset.panel}`).hidden = !on;
  }
}

function openDrawer(open) {
  body.dataset.drawer = open ? "open" : "closed";
  document.getElementById("drawer-open")?.setAttribute("aria-expanded", String(open));
}

const clicks = {
  "a[data-go]": (link, event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go(link.href);
    if (new URL(link.href).searchParams.get("tab") === "home") act("home", {});
  },
  "[data-press]": (button) => {
    closeMenus(null);
    press(button.closest(".widget"), button.value, button);
  },
  "[data-do]": (button) => {
    const menu = button.closest("details");
    closeMenus(null);
    menu?.querySelector("summary").focus();
    act(button.dataset.do, { ...place(button), name: button.dataset.name });
  },
  "[data-close]": (button) => act("close", place(button)),
  "[data-copy]": (button) => {
    closeMenus(null);
    navigator.clipboard?.writeText(new URL(button.dataset.copy, location.href).href);
  },
  "[data-panel]": (tab) => showPanel(tab.dataset.panel),
  ".bottom [data-show]": (button) => {
    body.dataset.show = button.dataset.show === "chat" ? "chat" : "panel";
    for (const one of document.querySelectorAll(".bottom [data-show]")) one.ariaPressed = String(one === button);
    if (button.dataset.show !== "chat") showPanel(button.dataset.show);
  },
  "#drawer-open": () => openDrawer(body.dataset.drawer !== "open"),
  "#theme": () => {
    const { theme } = document.documentElement.dataset;
    const dark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    localStorage.setItem("theme", (document.documentElement.dataset.theme = dark ? "light" : "dark"));
  },
};

document.addEventListener("click", (event) => {
  for (const [selector, what] of Object.entries(clicks)) {
    const found = event.target.closest?.(selector);
    if (found) return what(found, event);
  }
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.method === "dialog") return;
  event.preventDefault();
  if (form.matches("[data-say]")) return say(form);
  if (form.matches("[data-submit]")) return submit(form.closest("[data-view]"));
  if (form.matches("[data-post]")) {
    // Not form.action: a field of that name would hide it.
    const address = new URL(event.submitter?.getAttribute("formaction") || form.getAttribute("action"), location.href);
    const content = new FormData(form, event.submitter);
    content.set("as", new URLSearchParams(location.search).get("as") ?? "");
    const sent = await post(address, new URLSearchParams(content));
    if (sent && !form.matches("[data-keep]")) form.reset();
  }
});

async function say(form) {
  const words = form.querySelector("textarea");
  const text = words.value.trim();
  if (!text) return;
  words.value = "";
  sessionStorage.removeItem(words.id);
  const sent = await act("say", { text, channel: form.dataset.channel, thread: form.dataset.thread });
  if (!sent && !words.value) words.value = text;
}

function submit(dialog) {
  if (!dialog.querySelector("footer .primary")) return;
  const values = {};
  for (const widget of dialog.querySelectorAll(".block.input .widget")) {
    (values[widget.dataset.block] ??= {})[widget.dataset.action] = read(widget);
  }
  seekError(dialog.dataset.view);
  act("submit", { view: dialog.dataset.view, values });
}

document.addEventListener("change", ({ target }) => {
  const widget = target.closest(".widget[data-live]");
  if (widget && !target.closest(".menu")) press(widget, read(widget), null);
  const open = target.closest("details.multi");
  if (open) open.querySelector("summary").textContent = `${read(open).length} chosen`;
});

document.addEventListener("input", async ({ target }) => {
  if (target.matches(".composer textarea")) {
    sessionStorage.setItem(target.id, target.value);
    complete(target);
  } else if (target.matches("[data-suggest]")) {
    const widget = target.closest(".widget");
    const answer = await act("suggest", { ...place(target), ...widget.dataset, value: target.value });
    const found = (await answer?.json()) ?? [];
    target.list.replaceChildren(...found.map(({ value, text }) => {
      const option = Object.assign(document.createElement("option"), { value: text });
      option.dataset.value = value;
      return option;
    }));
  }
});

document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.(".composer textarea") || event.isComposing || completes(event)) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});

// Escape in a modal tells the bot, if it asked to know; the stream then takes the modal away.
document.addEventListener("cancel", (event) => {
  if (!event.target.matches("[data-view]")) return;
  event.preventDefault();
  act("close", place(event.target));
}, true);

addEventListener("popstate", () => go(location.href, false));

openDrawer(matchMedia("(min-width: 1200px)").matches);
for (const log of document.querySelectorAll(".log")) log.scrollTop = log.scrollHeight;
openViews();
restoreDrafts();
listen();
if (body.dataset.tab === "home") act("home", {});

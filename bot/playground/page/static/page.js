// What a person does with the page, told to the server. What comes of it is drawn by the stream of live.js.
import { go, listen, openViews, restoreDrafts, seekError, toEnd } from "./live.js";
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

/** Show the dialog of a template: the dialog when it was answered with yes, else null. */
function asked(template) {
  const dialog = template.content.firstElementChild.cloneNode(true);
  body.append(dialog);
  dialog.showModal();
  return new Promise((answer) => dialog.addEventListener("close", () => {
    answer(dialog.returnValue === "yes" ? dialog : null);
    dialog.remove();
  }));
}

async function confirmed(widget) {
  const template = widget.querySelector("template[data-confirm]");
  return !template || Boolean(await asked(template));
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

/** The panel that is looked at is read. */
function readPanel() {
  const tab = document.querySelector("[data-panel][data-unread][aria-selected=true]");
  const panel = tab && document.getElementById(tab.getAttribute("aria-controls"));
  if (!panel?.checkVisibility() || document.hidden || !tab.querySelector(".count:not([hidden])")) return;
  const as = new URLSearchParams(location.search).get("as") ?? "";
  post(`/panel/${tab.dataset.panel}/seen`, new URLSearchParams({ as }));
}

function openDrawer(open) {
  body.dataset.drawer = open ? "open" : "closed";
  document.getElementById("drawer-open")?.setAttribute("aria-expanded", String(open));
}

/** Close the menu that something was chosen from; the focus goes back to its button. */
function leaveMenu(item) {
  const menu = item.closest("details");
  closeMenus(null);
  menu?.querySelector("summary").focus();
}

/** Say which files go along with the next message. */
function showAttached(form) {
  const names = [...form.querySelector("[data-attach]").files].map((file) => file.name);
  const line = form.querySelector(".chosen");
  line.hidden = !names.length;
  line.querySelector("span").textContent = names.join(", ");
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
  "[data-do]": async (button) => {
    leaveMenu(button);
    if ("sure" in button.dataset && !(await asked(document.getElementById("sure")))) return;
    act(button.dataset.do, { ...place(button), name: button.dataset.name });
  },
  "[data-edit]": async (button) => {
    const where = place(button);
    leaveMenu(button);
    const dialog = await asked(button.closest(".message").querySelector("template[data-editor]"));
    if (dialog) act("edit", { ...where, text: dialog.querySelector("textarea").value });
  },
  "[data-unattach]": (button) => {
    const { form } = button;
    form.querySelector("[data-attach]").value = "";
    showAttached(form);
    form.querySelector("textarea").focus();
  },
  "[data-close]": (button) => act("close", place(button)),
  "[data-copy]": (button) => {
    closeMenus(null);
    navigator.clipboard?.writeText(new URL(button.dataset.copy, location.href).href);
  },
  "[data-panel]": (tab) => {
    showPanel(tab.dataset.panel);
    readPanel();
  },
  ".bottom [data-show]": (button) => {
    body.dataset.show = button.dataset.show === "chat" ? "chat" : "panel";
    for (const one of document.querySelectorAll(".bottom [data-show]")) one.ariaPressed = String(one === button);
    if (button.dataset.show !== "chat") showPanel(button.dataset.show);
    readPanel();
  },
  "#drawer-open": () => {
    openDrawer(body.dataset.drawer !== "open");
    readPanel();
  },
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
  const [words, files] = [form.querySelector("textarea"), form.querySelector("[data-attach]")];
  const text = words.value.trim();
  if (!text && !files.files.length) return;
  words.value = "";
  complete(words);
  sessionStorage.removeItem(words.id);
  toEnd(form.closest("main, .thread").querySelector(".log"));
  const given = { text, channel: form.dataset.channel, thread: form.dataset.thread };
  const sent = files.files.length ? await upload(given, files) : await act("say", given);
  if (sent) return;
  if (words.value) toast(`Not sent: ${text}`); // who types on keeps what they type, and loses nothing
  else words.value = text;
}

async function upload(given, input) {
  const content = new FormData();
  for (const [name, value] of Object.entries(given)) content.set(name, value);
  for (const file of input.files) content.append("files", file);
  const sent = await post(`/do/upload${location.search}`, content);
  if (sent) input.value = "";
  showAttached(input.form);
  return sent;
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
  if (target.matches("[data-attach]")) {
    showAttached(target.form);
    target.form.querySelector("textarea").focus();
  }
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
  if (!event.target.matches?.(":is(.composer, .editor) textarea") || event.isComposing) return;
  if (event.target.closest(".composer") && completes(event)) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    event.target.form.requestSubmit(event.target.form.querySelector("button.primary, button.send"));
  }
});

document.addEventListener("drawn", readPanel);

// Escape in a modal tells the bot, if it asked to know; the stream then takes the modal away.
document.addEventListener("cancel", (event) => {
  if (!event.target.matches("[data-view]")) return;
  event.preventDefault();
  act("close", place(event.target));
}, true);

addEventListener("popstate", () => go(location.href, false));

openDrawer(matchMedia("(min-width: 1200px)").matches);
document.querySelectorAll(".log").forEach(toEnd);
openViews();
restoreDrafts();
listen();
if (body.dataset.tab === "home") act("home", {});

// Menus made of <details>, tabs, and completion in the composers: what the keyboard expects of them.
const known = JSON.parse(document.getElementById("known").textContent);

// --- menus: one at a time, beside their button, arrow keys inside, Escape gives the focus back

export function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open], details.multi[open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
}

function placeBeside(menu) {
  const [button, list] = [menu.querySelector("summary").getBoundingClientRect(), menu.lastElementChild];
  list.style.left = "0"; // as wide as it wants to be, not as there is room beside its last place
  const { offsetWidth: width, offsetHeight: height } = list;
  const below = button.bottom + height + 8 < innerHeight;
  list.style.top = `${Math.max(4, below ? button.bottom + 4 : button.top - height - 4)}px`;
  list.style.left = `${Math.max(8, Math.min(button.left, innerWidth - width - 8))}px`;
}

document.addEventListener("toggle", ({ target: menu }) => {
  if (!menu.matches?.("details.menu, details.multi") || !menu.open) return;
  closeMenus(menu);
  placeBeside(menu);
  menu.lastElementChild.querySelector("[role=menuitem], input")?.focus({ preventScroll: true });
}, true);

// What comes meanwhile may move its button. Where that is out of sight a menu would hang in the air.
function followButtons() {
  for (const menu of document.querySelectorAll("details.menu[open], details.multi[open]")) {
    const [button, log] = [menu.querySelector("summary"), menu.closest(".log")?.getBoundingClientRect()];
    const { top, bottom } = button.getBoundingClientRect();
    if (log && (bottom < log.top || top > log.bottom)) menu.open = false;
    else placeBeside(menu);
  }
}

document.addEventListener("scroll", followButtons, true);
document.addEventListener("drawn", followButtons);
document.addEventListener("click", ({ target }) => closeMenus(target));

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu[open], details.multi[open]");
  const list = event.target.closest?.("[role=tablist]");
  if (menu && event.key === "Escape") {
    event.preventDefault();
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (menu?.matches(".menu") && step(event, [...menu.querySelectorAll("[role=menuitem]")])) {
    event.preventDefault();
  } else if (list && step(event, [...list.children])) {
    event.preventDefault();
    document.activeElement.click();
  }
});

const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

function step({ key, target }, items) {
  const here = items.indexOf(target);
  const there = key === "Home" ? 0 : key === "End" ? items.length - 1 : here + (STEPS[key] ?? NaN);
  if (Number.isNaN(there)) return false;
  items[(there + items.length) % items.length].focus();
  return true;
}

// --- completion: slash commands at the beginning, people and channels anywhere

const wanted = (words) => {
  const before = words.value.slice(0, words.selectionStart);
  return before.match(/^\/[\w-]*$/)?.[0] ?? before.match(/(?<=^|\s)[@#][\w.-]*$/)?.[0] ?? "";
};

export function complete(words) {
  const list = document.getElementById(words.getAttribute("aria-controls"));
  const typed = wanted(words);
  const found = typed ? known[typed[0]].filter((one) => one.word.startsWith(typed.toLowerCase())).slice(0, 8) : [];
  list.replaceChildren(...found.map((one, index) => {
    const item = document.createElement("li");
    item.role = "option";
    item.id = `${list.id}-${index}`;
    item.dataset.word = one.word;
    for (const [tag, text] of [["b", one.word], ["span", one.hint], ["small", one.about]]) {
      item.append(Object.assign(document.createElement(tag), { textContent: text }), " ");
    }
    item.addEventListener("mousedown", (event) => { event.preventDefault(); take(words, item); });
    return item;
  }));
  list.hidden = !found.length;
  words.setAttribute("aria-expanded", String(Boolean(found.length)));
  choose(words, list, 0);
}

function choose(words, list, index) {
  const items = [...list.children];
  items.forEach((item, place) => item.setAttribute("aria-selected", String(place === index)));
  if (items[index]) words.setAttribute("aria-activedescendant", items[index].id);
  else words.removeAttribute("aria-activedescendant");
}

function take(words, item) {
  const typed = wanted(words);
  const start = words.selectionStart - typed.length;
  words.setRangeText(`${item.dataset.word} `, start, words.selectionStart, "end");
  words.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Whether the key was for the suggestions. */
export function completes(event) {
  const words = event.target;
  const list = document.getElementById(words.getAttribute("aria-controls"));
  if (list.hidden) return false;
  const items = [...list.children];
  const here = items.findIndex((item) => item.ariaSelected === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    choose(words, list, (here + STEPS[event.key] + items.length) % items.length);
  } else if ((event.key === "Enter" || event.key === "Tab") && items[here].dataset.word !== words.value.trim()) {
    take(words, items[here]);
  } else if (event.key === "Escape") {
    list.hidden = true;
    words.setAttribute("aria-expanded", "false");
  } else {
    return false;
  }
  event.preventDefault();
  return true;
}

// Makes one element look like another and keeps what belongs to the person: focus, typed text, open menus, scroll.

/** Turn `old` into `fresh`; what stands in the page afterwards. */
export function morph(old, fresh) {
  if (old.nodeName !== fresh.nodeName || old.id !== fresh.id || old.nodeName === "TEMPLATE") {
    old.replaceWith(fresh);
    return fresh;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return old;
  }
  if ("own" in old.dataset || old.isEqualNode(fresh)) return old; // what the script fills, the server does not know
  attributes(old, fresh);
  children(old, fresh);
  return old;
}

const personal = (element, name) =>
  (name === "open" && (element.nodeName === "DETAILS" || element.nodeName === "DIALOG")) ||
  (name.startsWith("aria-") && element.getAttribute("role") === "combobox");

function attributes(old, fresh) {
  for (const { name, value } of [...fresh.attributes]) {
    if (personal(old, name) || old.getAttribute(name) === value) continue;
    old.setAttribute(name, value);
    // What was typed hides the attribute, so a change of the server's has to be said twice.
    if (name === "value" && old !== document.activeElement && "value" in old) old.value = value;
    if (name === "checked") old.checked = true;
    if (name === "selected") old.selected = true;
  }
  for (const { name } of [...old.attributes]) {
    if (personal(old, name) || fresh.hasAttribute(name)) continue;
    old.removeAttribute(name);
    if (name === "checked") old.checked = false;
  }
}

function children(old, fresh) {
  let at = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    const named = next.id ? [...old.children].find((child) => child.id === next.id) : null;
    const match = named ?? (!next.id && at && !at.id && at.nodeName === next.nodeName ? at : null);
    if (!match) {
      old.insertBefore(next, at);
    } else {
      if (match === at) at = at.nextSibling;
      else old.insertBefore(match, at);
      morph(match, next);
    }
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

// Elements with text. Text is only ever set as text, so nothing in it can become an element.

/** Returns an element with attributes and children; strings are text. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "class") made.className = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null) made.setAttribute(key, value);
  }
  made.append(...children.filter((each) => each !== null));
  return made;
}

export const byId = (id) => document.getElementById(id);

export const seconds = (value) => `${value.toFixed(value < 10 ? 2 : 1)} s`;

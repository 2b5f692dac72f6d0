// What a person prefers, kept by the browser.

const KEY = "refvps-editor";
const DEFAULTS = { palette: "paper", opacity: 0.45, outline: false, onion: false, size: 12, keys: {}, toured: false, magnifier: true };

/** Colours of target and Ignore, and of one over the other: red, green, blue. */
export const PALETTES = {
  paper: { label: "Pink and yellow", target: [255, 45, 150], ignore: [255, 214, 10] },
  "colour-blind": { label: "Blue and orange", target: [0, 114, 255], ignore: [255, 150, 0] },
  dark: { label: "Green and white", target: [30, 220, 110], ignore: [255, 255, 255] },
};

export class Settings {
  constructor() {
    let kept = {};
    try {
      kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    } catch {
      kept = {};
    }
    this.values = { ...DEFAULTS, ...kept };
    if (!PALETTES[this.values.palette]) this.values.palette = DEFAULTS.palette;
  }

  get(name) {
    return this.values[name];
  }

  set(name, value) {
    this.values[name] = value;
    try {
      localStorage.setItem(KEY, JSON.stringify(this.values));
    } catch {
      // A private window keeps nothing; the setting holds until the page is closed.
    }
  }
}

// Runs before anything else on a page: names who writes, and says when the server is away.

(() => {
  let leaving = false;
  let looking = false;
  const plain = window.fetch.bind(window);
  const root = new URL("..", document.currentScript.src).pathname;
  const own = (input) => new URL(input instanceof Request ? input.url : input, document.baseURI);

  window.fetch = async (input, options = {}) => {
    if (own(input).origin !== location.origin) throw new TypeError("only the server is asked");
    const headers = new Headers(options.headers ?? (input instanceof Request ? input.headers : {}));
    headers.set("X-Refvps", "1");
    try {
      const answer = await plain(input, { ...options, headers });
      if (answer.status === 401) say("ended");
      return answer;
    } catch (error) {
      if (error.name !== "AbortError" && !leaving) lost();
      throw error;
    }
  };

  addEventListener("pagehide", () => (leaving = true));
  addEventListener("beforeunload", () => (leaving = true));

  function lost() {
    if (looking) return;
    looking = true;
    stash();
    say("away");
    const look = async () => {
      const found = await plain(`${root}healthz`, { cache: "no-store" }).catch(() => null);
      if (!found?.ok) {
        setTimeout(look, 1000);
        return;
      }
      looking = false;
      say("back");
    };
    setTimeout(look, 1000);
  }

  // Gradio loads its page again when the server is back. What was typed and not saved is put
  // aside meanwhile, and typed once more afterwards.
  const PLACE = `refvps-typed ${location.pathname}${location.search}`;
  const boxes = () => [...document.querySelectorAll(".keeps :is(textarea, input)")];

  function stash() {
    if (boxes().length) sessionStorage.setItem(PLACE, JSON.stringify(boxes().map((b) => b.value)));
  }

  document.addEventListener("input", ({ isTrusted, target }) => {
    if (isTrusted && target.dataset) target.dataset.touched = "yes";
    if (looking) stash();
  }, true);
  addEventListener("DOMContentLoaded", () => {
    const kept = sessionStorage.getItem(PLACE);
    if (kept) restore(JSON.parse(kept), 600);
  });

  function restore(texts, tries) {
    const found = boxes();
    if (found.length === texts.length && document.querySelector("header.top .who")) {
      sessionStorage.removeItem(PLACE);
      say("back");
      // More than once: the page may not listen yet, or still be filling its boxes.
      for (const wait of [500, 2000, 5000]) setTimeout(() => retype(texts), wait);
    } else if (tries) setTimeout(() => restore(texts, tries - 1), 100);
  }

  function retype(texts) {
    boxes().forEach((box, number) => {
      if (box.dataset.touched) return;
      for (const text of [`${texts[number]} `, texts[number]]) {
        box.value = text;
        box.dispatchEvent(new Event("input", { bubbles: true }));
      }
    });
  }

  const PASSING = { back: 6000, early: 3000 };
  let going = 0;
  const TEXTS = {
    away: "The server does not answer. What you typed stays here; this page goes on when it is back.",
    back: "The server is back. Go on where you were.",
    early: "That key came before what it judges was shown. Look, then press it again.",
    ended: "Your login has ended. Log in again in another tab, then go on here.",
  };

  document.addEventListener("refvps-early", () => looking || say("early"));

  function say(what) {
    let line = document.getElementById("refvps-line");
    if (!line) {
      line = document.createElement("div");
      line.id = "refvps-line";
      line.setAttribute("role", "alert");
      document.body.append(line);
    }
    line.dataset.what = what;
    line.textContent = TEXTS[what];
    clearTimeout(going);
    if (what in PASSING) going = setTimeout(() => line.remove(), PASSING[what]);
  }
})();

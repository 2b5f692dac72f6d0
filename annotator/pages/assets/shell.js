// Runs before anything else on a page: names who writes, and says when the server is away.

(() => {
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

  let leaving = false;
  let looking = false;
  addEventListener("pagehide", () => (leaving = true));
  addEventListener("beforeunload", () => (leaving = true));

  function lost() {
    if (looking) return;
    looking = true;
    say("away");
    const look = async () => {
      const found = await plain(`${root}healthz`, { cache: "no-store" }).catch(() => null);
      if (!found?.ok) {
        setTimeout(look, 1000);
        return;
      }
      looking = false;
      say("back");
      keep();
    };
    setTimeout(look, 1000);
  }

  // What was typed meanwhile is sent once more, as if its last letter had just been typed.
  function keep() {
    document.querySelectorAll(".keeps textarea").forEach((box) => {
      box.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  const TEXTS = {
    away: "The server does not answer. What you typed stays here; this page goes on when it is back.",
    back: "The server is back. Go on where you were.",
    ended: "Your login has ended. Log in again in another tab, then go on here.",
  };

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
    if (what === "back") setTimeout(() => line.dataset.what === "back" && line.remove(), 6000);
  }
})();

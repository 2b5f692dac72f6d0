// Requests to the server. Nothing is asked of any other machine.

/** The server said no: `status`, one line for people, and what it sent with it. */
export class Refused extends Error {
  constructor(status, body) {
    super(body.error || `the server answered ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** The server did not answer, or cannot work; the same request may be sent again. */
export class Away extends Error {}

/** Nobody is logged in any more; the same request may be sent after a login. */
export class LoggedOut extends Error {}

const PATIENCE = 60_000;

async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { ...options, signal: options.signal ?? AbortSignal.timeout(PATIENCE) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Away("the server does not answer");
  }
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return body;
  if (answer.status === 401) throw new LoggedOut("you are logged out");
  if (answer.status >= 500) throw new Away(body.error || `the server answered ${answer.status}`);
  throw new Refused(answer.status, body);
}

const query = (values) => new URLSearchParams(values).toString();

export const get = (path, values = {}, signal = undefined) =>
  ask(`${path}?${query(values)}`, { signal });

export const post = (path, body) =>
  ask(path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-refvps": "1" },
    body: JSON.stringify(body),
  });

export const frameAddress = (media, index) => `frame?${query({ media, index })}`;
export const stripAddress = (media) => `strip?${query({ media })}`;
export const previewAddress = (media) => `preview?${query({ media })}`;

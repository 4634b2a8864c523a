// Server-sent events that resume. EventSource cannot be told where to go on after the server refused it once,
// so the stream is read with fetch, which can.

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 15_000;
// The server says something at least every 15 s; after three times that, nobody is there.
const SILENCE_MS = 45_000;

/** Yield the events in a stream of text. */
async function* readEvents(body, heard) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    text += value;
    const blocks = text.split(/\r?\n\r?\n/);
    text = blocks.pop();
    for (const block of blocks) {
      const event = parse(block);
      if (event) yield event;
    }
  }
}

function parse(block) {
  const event = { kind: "message", id: null, data: [] };
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    const value = line.slice(colon + 1).replace(/^ /, "");
    const field = line.slice(0, colon);
    if (field === "event") event.kind = value;
    else if (field === "id") event.id = value;
    else if (field === "data") event.data.push(value);
  }
  if (!event.data.length) return null;
  return { kind: event.kind, id: event.id, data: JSON.parse(event.data.join("\n")) };
}

/**
 * Follow a stream for as long as the page lives.
 *
 * @param path where
 * @param onEvent called with `{kind, id, data}`
 * @param onState called with `"open"`, `"lost"` or `"refused"` (the session has ended)
 */
export function follow(path, onEvent, onState) {
  let lastId = null;
  let retryMs = FIRST_RETRY_MS;

  async function once() {
    const abort = new AbortController();
    let watchdog;
    const heard = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => abort.abort(), SILENCE_MS);
    };
    heard();
    try {
      const headers = { Accept: "text/event-stream" };
      if (lastId !== null) headers["Last-Event-ID"] = lastId;
      const response = await fetch(path, { headers, credentials: "same-origin", signal: abort.signal, cache: "no-store" });
      if (response.status === 401) return "refused";
      if (!response.ok) {
        retryMs = Number(response.headers.get("Retry-After")) * 1000 || retryMs;
        return "lost";
      }
      retryMs = FIRST_RETRY_MS;
      onState("open");
      for await (const event of readEvents(response.body, heard)) {
        if (event.id !== null) lastId = event.id;
        onEvent(event);
      }
    } catch {
      // The connection broke or fell silent: tried again below.
    } finally {
      clearTimeout(watchdog);
    }
    return "lost";
  }

  async function forever() {
    for (;;) {
      const state = await once();
      onState(state);
      if (state === "refused") return;
      await new Promise((resolve) => setTimeout(resolve, retryMs * (0.75 + Math.random() / 2)));
      retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
    }
  }
  forever();
}

// Runs in the browser: what `browser.test.ts` asks for by name.
import { Anthropic, AsyncAnthropic, AsyncPageCursor, type Checkpoint, toReadableStream } from "pageturn";

const baseURL = `${location.origin}/api`;
const client = new AsyncAnthropic({ baseURL, apiKey: "test-key", dangerouslyAllowBrowser: true });

const ahead = client.models.list({ limit: 5 }).items({ prefetch: 1 });

const checks = {
  async list() {
    const ids: string[] = [];
    const walk = client.models.list({ limit: 20 }).items();
    for await (const { id } of walk) ids.push(id);
    return { ids, outcome: walk.outcome };
  },

  async response() {
    const { response, requestId } = await client.models.list().withResponse();
    return { status: response.status, requestId, type: response.headers.get("content-type") };
  },

  async begin() {
    const walk = client.models.list({ limit: 7 }).items();
    const ids: string[] = [];
    while (ids.length < 10) ids.push((await walk.next()).value?.id ?? "");
    localStorage.setItem("checkpoint", JSON.stringify(walk.checkpoint));
    await walk.return();
    return ids;
  },

  async goOn() {
    const resumeFrom: Checkpoint = JSON.parse(localStorage.getItem("checkpoint") ?? "");
    return (await client.models.list({ limit: 7 }, { resumeFrom }).toArray()).map(({ id }) => id);
  },

  async fetchAhead() {
    await ahead.next();
  },

  async leave() {
    await ahead.return();
    return ahead.outcome;
  },

  async stream() {
    let items = 0;
    const stream = toReadableStream(client.models.list({ limit: 20 }).items());
    for (const reader = stream.getReader(); !(await reader.read()).done; ) items += 1;
    return items;
  },

  async redirect() {
    return nameAndMessage(() => client.getAPIList("/redirect", AsyncPageCursor));
  },

  async unreachable() {
    const nowhere = client.withOptions({ baseURL: "http://127.0.0.1:1", maxRetries: 0 });
    return nameAndMessage(() => nowhere.models.list());
  },

  async blocking() {
    const options = { apiKey: "test-key", dangerouslyAllowBrowser: true };
    return nameAndMessage(() => new Anthropic(options).models.list());
  },

  async credential() {
    return nameAndMessage(() => new AsyncAnthropic({ baseURL, apiKey: "test-key" }));
  },

  async proxy() {
    const proxied = new AsyncAnthropic({
      baseURL: `${baseURL}/keyed`,
      defaultHeaders: { "x-api-key": null },
    });
    return (await proxied.models.list().toArray()).length;
  },
};

async function nameAndMessage(call: () => unknown): Promise<string> {
  try {
    await call();
    return "no error";
  } catch (error) {
    return String(error);
  }
}

export type Checks = typeof checks;

Object.assign(globalThis, { checks });

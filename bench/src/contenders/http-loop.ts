import { Agent, get, type IncomingMessage } from "node:http";
import { HEADERS, type ModelPage, pageURL } from "./consumer.ts";
import { loopByHand } from "./loop-by-hand.ts";

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

// The server of the last request: parsing a URL is a tenth of what a small request costs.
let server = { origin: "", host: "", port: "" };

/** Sends a request by `node:http` alone; `read` reads the body. */
export function httpGet<B>(
  url: string,
  read: (response: IncomingMessage, done: (body: B) => void) => void,
): Promise<B> {
  if (!url.startsWith(`${server.origin}/`)) {
    const { origin, hostname, port } = new URL(url);
    server = { origin, host: hostname, port };
  }
  const { host, port, origin } = server;
  return new Promise((resolve, reject) => {
    get({ host, port, path: url.slice(origin.length), agent, headers: HEADERS }, (response) => {
      if (response.statusCode === 200) read(response.on("error", reject), resolve);
      else reject(new Error(`status ${response.statusCode}`));
    }).on("error", reject);
  });
}

export const walk = loopByHand((job, after) =>
  httpGet<ModelPage>(pageURL(job, after), (response, done) => {
    let text = "";
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => {
      text += chunk;
    });
    response.on("end", () => done(JSON.parse(text)));
  }),
);

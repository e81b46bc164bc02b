// The thread of the mock server. It has its own event loop, so it answers while the thread that started it
// is blocked in a synchronous client.
import { parentPort, workerData } from "node:worker_threads";
import type { LoggedRequest } from "./logged-request.ts";
import { MockHTTPServer } from "./mock-http-server.ts";
import type { ServerConfig } from "./server-config.ts";
import type { ServerCall, ServerCommand, ServerReply } from "./server-message.ts";

const config: ServerConfig = workerData;
const server = new MockHTTPServer(config);

async function run(command: ServerCommand): Promise<readonly LoggedRequest[]> {
  switch (command.command) {
    case "requests":
      return server.log.read();
    case "clear":
      server.log.clear();
      return [];
    case "script":
      server.play(command.script);
      return [];
    case "close":
      await server.close();
      return [];
  }
}

function reply(message: ServerReply): void {
  parentPort?.postMessage(message);
}

parentPort?.on("message", async ({ call, command }: ServerCall) => {
  reply({ kind: "done", call, requests: await run(command) });
  if (command.command === "close") parentPort?.close();
});

// A port that cannot be had ends the thread with the error, which the caller then gets.
void server.listen().then((url) => reply({ kind: "ready", url }));

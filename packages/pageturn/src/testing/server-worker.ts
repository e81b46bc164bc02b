// The thread of the mock server. It has its own event loop, so it answers while the thread that started it is
// blocked in a sync client. It does not end itself: the thread that started it does.

import { parentPort, workerData } from "node:worker_threads";
import { isError } from "../errors/instance-of.ts";
import { watchClosing } from "./data/closing.ts";
import { MockHTTPServer } from "./mock-http-server.ts";
import type { LoggedRequest } from "./request-log.ts";
import type { ServerCall, ServerCommand, ServerReply, ServerStart } from "./start-mock-server.ts";

const { config, closing }: ServerStart = workerData;
watchClosing(closing);
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
    case "mutate":
      server.mutate(command.path, command.change);
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
  try {
    reply({ kind: "done", call, requests: await run(command) });
  } catch (error) {
    reply({ kind: "failed", call, message: isError(error) ? error.message : String(error) });
  }
});

// If the server cannot listen, the rejection ends the thread, and the caller gets the error.
void server.listen().then((url) => reply({ kind: "ready", url }));

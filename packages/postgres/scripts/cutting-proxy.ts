import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A proxy in front of a port of this machine, whose connections can be cut. */
export interface CuttingProxy {
  readonly port: number;
  /** Drops all connections, and refuses new ones for so many milliseconds. */
  cut(ms: number): Promise<void>;
  /** Passes nothing on for so many milliseconds, and closes nothing: as a network that is cut without a word. */
  silence(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts a proxy that passes TCP connections on to `target`. */
export async function startProxy(target: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let isCut = false;
  let isSilent = false;
  const server = createServer((inner) => {
    if (isCut) return void inner.destroy();
    const outer = connect(target, "127.0.0.1");
    for (const [socket, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
      if (isSilent) socket.pause();
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The proxy has no port");
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    async cut(ms) {
      isCut = true;
      drop();
      await sleep(ms);
      isCut = false;
    },
    async silence(ms) {
      isSilent = true;
      for (const socket of sockets) socket.pause();
      await sleep(ms);
      isSilent = false;
      for (const socket of sockets) socket.resume();
    },
    async close() {
      server.close();
      drop();
      await once(server, "close");
    },
  };
}

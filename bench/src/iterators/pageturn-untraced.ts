import type { Job, Tally } from "../process/job.ts";

// As in a runtime without the module of the channels.
const { getBuiltinModule } = process;
Reflect.set(process, "getBuiltinModule", (name: string) =>
  name === "node:diagnostics_channel" ? undefined : getBuiltinModule(name),
);
const pageturn = await import("./pageturn-async.ts");

export const walk: (job: Job) => Promise<Tally> = pageturn.walk;

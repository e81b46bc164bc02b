import { maskedURL } from "pageturn/client";
import { endAfter } from "./output/stdout.ts";
import { visible } from "./output/visible.ts";

/** Headers whose values are no secrets. All others may be. */
const PLAIN = /^(?:accept(?:-.+)?|content-type|user-agent|anthropic-(?:beta|version|workspace-id))$/;

/** Prints the request that it gets instead of sending it, without credentials, and ends the program. */
export function printRequest(input: string | URL | Request, init: RequestInit = {}): Promise<never> {
  const url = input instanceof Request ? input.url : String(input);
  const lines = [`${init.method ?? "GET"} ${maskedURL(url)}`];
  for (const [name, value] of new Headers(init.headers))
    lines.push(`${name}: ${PLAIN.test(name) ? value : "[redacted]"}`);
  if (typeof init.body === "string") lines.push("", init.body);
  return endAfter(`${visible(lines.join("\n"))}\n`);
}

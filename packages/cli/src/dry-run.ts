import { maskedURL } from "pageturn/client";
import { EXIT, NO_KEY } from "./failure.ts";
import { messages } from "./messages.ts";
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

/** Prints the request without the key that stands for a missing one, says so, and ends as the request would end. */
export function printWithoutKey(input: string | URL | Request, init: RequestInit = {}): Promise<never> {
  const headers = new Headers(init.headers);
  headers.delete("x-api-key");
  messages({}).error(NO_KEY);
  process.exitCode = EXIT.notAllowed;
  return printRequest(input, { ...init, headers });
}

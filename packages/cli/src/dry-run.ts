import { endAfter } from "./output/stdout.ts";
import { visible } from "./output/visible.ts";

/** Headers whose values are no secrets. All others may be. */
const PLAIN = /^(?:accept(?:-.+)?|content-type|user-agent|anthropic-(?:beta|version|workspace-id))$/;
/** Parameters that may be credentials: more than the library masks in errors, as this is printed to be shown to others. */
const SECRET_PARAMETER = /key|token|secret|sign|sig$|pass|pw$|pwd|credential|auth|jwt|hmac|^code$/i;

/** Prints the request that it gets instead of sending it, without credentials, and ends the program. */
export function printRequest(input: string | URL | Request, init: RequestInit = {}): Promise<never> {
  const url = new URL(input instanceof Request ? input.url : input);
  for (const name of new Set(url.searchParams.keys())) {
    if (SECRET_PARAMETER.test(name) && !/^page_?token$/i.test(name)) url.searchParams.set(name, "redacted");
  }
  const lines = [`${init.method ?? "GET"} ${url.href}`];
  for (const [name, value] of new Headers(init.headers))
    lines.push(`${name}: ${PLAIN.test(name) ? value : "[redacted]"}`);
  if (typeof init.body === "string") lines.push("", init.body);
  return endAfter(`${visible(lines.join("\n"))}\n`);
}

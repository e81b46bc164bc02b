import type { IncomingHttpHeaders } from "node:http";

const secret = new Set(["x-api-key", "authorization", "proxy-authorization", "cookie"]);

/** Headers as a log may show them: of a credential only its scheme stays. */
export function maskHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const masked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const text = Array.isArray(value) ? value.join(", ") : (value ?? "");
    masked[name] = secret.has(name) ? text.replace(/^(Bearer |Basic )?.*$/s, "$1***") : text;
  }
  return masked;
}

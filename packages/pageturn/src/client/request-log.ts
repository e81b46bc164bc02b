import { APIError, requestName } from "../errors/api-error.ts";
import { isMaskedParameter, maskedURL } from "../errors/secrets.ts";
import type { AttemptLog } from "../http/attempts.ts";
import type { LogTarget } from "./log-target.ts";
import { isSecretHeader, MASK, type ReadOptions, type Redact } from "./response.ts";

/**
 * Logs the attempts of one request: a line for each end, with the form and the levels of the official SDK, and at `debug` one
 * for each begin. Credentials are masked by the names of headers and parameters, and by their values wherever they stand.
 */
export function requestLog(
  { logger, isDebug }: LogTarget,
  { redact, rules: { idHeaders = ["request-id"] } }: ReadOptions,
): AttemptLog {
  // Not an id of the API: it tells the lines of requests apart that are under way at the same time.
  const id = `log_${Math.floor(Math.random() * 2 ** 24)
    .toString(16)
    .padStart(6, "0")}`;
  const details = (headers: Readonly<Record<string, string>>) =>
    isDebug ? [{ headers: shown(headers, redact) }] : [];
  let name = "";
  return {
    begin: (request, attempt) => {
      name = redact(requestName(request));
      const which = attempt === 1 ? "" : ` again, attempt ${attempt}`;
      if (isDebug) logger.debug(`[${id}] sending ${name}${which}`, ...details(request.headers));
    },
    end: (outcome, { durationMs, wait, left }) => {
      const isError = outcome instanceof APIError;
      const headers = isError ? {} : outcome.response.headers;
      const ids = idHeaders
        .flatMap((each) => (headers[each] === undefined ? [] : `, ${each}: ${JSON.stringify(headers[each])}`))
        .join("");
      const status = isError ? 0 : outcome.response.status;
      const isOk = status >= 200 && status < 300;
      const how = isError
        ? `failed with ${outcome.name}`
        : `${isOk ? "succeeded" : "failed"} with status ${status}`;
      const line = `[${id}${ids}] ${name} ${how} in ${Math.round(durationMs)} ms${isOk ? "" : next(status, wait, left)}`;
      logger.info(redact(line), ...details(headers));
    },
  };
}

/** What follows a failed attempt. */
function next(status: number, wait: number | null, left: number): string {
  if (wait === null) return left > 0 ? " - not retried" : " - no retries left";
  if (status === 401) return " - asking for another key, which is sent if it is another one";
  return ` - retrying in ${Math.round(wait)} ms, ${left} left`;
}

function shown(headers: Readonly<Record<string, string>>, redact: Redact): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).map(([name, value]) => [
    name,
    isSecretHeader(name) || isMaskedParameter(name) ? MASK : redact(maskedURL(value)),
  ]);
  return Object.fromEntries(entries);
}

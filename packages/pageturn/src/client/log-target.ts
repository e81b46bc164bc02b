import { ConfigurationError } from "../errors/pageturn-error.ts";
import { oneOf } from "../pagination/request/check-option.ts";

/** How much is logged: each level contains those before it. */
export type LogLevel = "off" | "error" | "warn" | "info" | "debug";

export const LOG_LEVELS: readonly [LogLevel, ...LogLevel[]] = ["off", "error", "warn", "info", "debug"];

/** Takes the lines of a log: `console`, or the logger of a library with these methods, such as pino. */
export interface Logger {
  error(message: string, ...details: unknown[]): void;
  warn(message: string, ...details: unknown[]): void;
  info(message: string, ...details: unknown[]): void;
  debug(message: string, ...details: unknown[]): void;
}

/** Where requests are logged, and whether their details are. */
export interface LogTarget {
  readonly logger: Logger;
  readonly isDebug: boolean;
}

/** A checked `logLevel`; undefined where it is left out. */
export function checkedLevel(value: LogLevel | null | undefined): LogLevel | undefined {
  return value === undefined || value === null ? undefined : oneOf("logLevel", value, LOG_LEVELS);
}

/** A checked `logger`. */
export function checkedLogger(value: Logger | null | undefined): Logger {
  if (value === undefined || value === null) return console;
  const missing = ["error", "warn", "info", "debug"].find(
    (name) => typeof Reflect.get(Object(value), name) !== "function",
  );
  if (missing === undefined) return value;
  throw new ConfigurationError(
    `Cannot use the option logger as it must have the methods error, warn, info and debug: ${missing} is missing`,
  );
}

/** Whether a level contains the messages of another. */
export function logs(level: LogLevel, message: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(message);
}

/** Where the requests of a client are logged; undefined where they are not. */
export function logTarget(logger: Logger, level: LogLevel = "warn"): LogTarget | undefined {
  return logs(level, "info") ? { logger, isDebug: level === "debug" } : undefined;
}

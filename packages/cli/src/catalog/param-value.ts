import type { APIListParam, ServedLimit } from "pageturn/catalog";
import { UsageError } from "../failure.ts";
import { optionName } from "./list-arguments.ts";
import { allowedHint } from "./nearest.ts";
import { readTime, TIME_FORMS } from "./time-value.ts";

/** The value of a parameter as the client takes it, from what was typed: once, or several times for an array. */
export function paramValue(param: APIListParam, texts: readonly string[]): unknown {
  if (param.type === "string[]") {
    const values = texts
      .flatMap((text) => text.split(","))
      .map((text) => text.trim())
      .filter((text) => text !== "");
    if (values.length === 0) throw refused(param, "", "at least one value");
    for (const value of values) checkChoice(param, value);
    return values;
  }
  const [text = "", again] = texts;
  if (again !== undefined) {
    const option = optionName(param);
    throw new UsageError(`Cannot use ${option} ${again} after ${option} ${text}: it takes one value`);
  }
  return singleValue(param, text);
}

function singleValue(param: APIListParam, text: string): unknown {
  switch (param.type) {
    case "boolean":
      if (text !== "true" && text !== "false") throw refused(param, text, "true or false");
      return text === "true";
    case "integer":
      return wholeNumber(param, text);
    case "date":
    case "date-time": {
      const time = readTime(text, { type: param.type });
      if (time === null) throw refused(param, text, `a time: ${TIME_FORMS}`);
      return time;
    }
    default:
      if (text === "") throw refused(param, text, "a text that is not empty");
      checkChoice(param, text);
      return text;
  }
}

function checkChoice(param: APIListParam, value: string): void {
  const { values } = param;
  if (values === undefined || values.includes(value)) return;
  throw new UsageError(
    `Cannot use ${optionName(param)} with the value "${value}": ${allowedHint(value, values)}`,
  );
}

function wholeNumber(param: APIListParam, text: string): number {
  const [least, most] = [smallest(param.min), largest(param.max)];
  const value = Number(text);
  const isNumber = /^-?\d{1,15}$/.test(text);
  if (isNumber && value >= (least ?? value) && value <= (most ?? value)) return value;
  const bounds = [least !== undefined && `of at least ${least}`, most !== undefined && `of at most ${most}`];
  throw refused(param, text, ["a whole number", ...bounds.filter(Boolean)].join(" "));
}

/** A bound may depend on another parameter: then the widest one is checked here, and the exact one by the API. */
function smallest(bound: ServedLimit | undefined): number | undefined {
  return typeof bound === "object" && bound !== null
    ? Math.min(...Object.values(bound))
    : (bound ?? undefined);
}

/** The largest value of a bound. */
export function largest(bound: ServedLimit | undefined): number | undefined {
  return typeof bound === "object" && bound !== null
    ? Math.max(...Object.values(bound))
    : (bound ?? undefined);
}

function refused(param: APIListParam, text: string, rule: string): UsageError {
  return new UsageError(`Cannot use ${optionName(param)} with the value "${text}": it must be ${rule}`);
}

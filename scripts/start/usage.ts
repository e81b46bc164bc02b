import { wrapped } from "./print.ts";
import { resourceNames } from "./resources.ts";

/** The text of `--help`. */
export function usage(): string {
  return `npm start                            shows the main job against the mock server
npm start -- --live                  the same against the real API
npm start -- <resource> [id ...]     lists one resource, page by page

Options
  --live             ask the real API. Needs ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN
  --limit <n>        the page size; max is the largest that the endpoint allows
  --max-items <n>    stop after so many items. Default 100
  --<name> <value>   any other query parameter, under its wire name; more than once makes an array
  -h, --help         this text

Exit codes
  0 done   1 the API or the connection failed   2 a wrong argument or no key   130 ended by Ctrl-C
Colours are for terminals only; NO_COLOR=1 switches them off.

Resources; the ids in a path come right after the name
${wrapped(resourceNames())}

Examples
  npm start -- models --limit 5
  npm start -- skills.versions skill_01 --limit 10
  npm start -- files --live --max-items 20`;
}

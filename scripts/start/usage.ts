import { wrapped } from "./print.ts";
import { resourceNames } from "./resources.ts";

/** The text of `--help`. */
export function usage(): string {
  return `npm start                            runs the main examples against the mock server
npm start -- --live                  runs them against the real API
npm start -- <resource> [id ...]     lists one resource, page by page

Options
  --live             send the requests to the real API. Needs ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN
  --limit <n>        the page size; max means the largest that the endpoint allows
  --max-items <n>    stop after this many items. Default: 100
  --<name> <value>   any other query parameter, under its wire name; repeat it for an array
  -h, --help         show this text

Exit codes
  0 success   1 the API or the connection failed   2 wrong argument or no key   130 ended by Ctrl-C
Colors are used in terminals only. NO_COLOR=1 switches them off.

Resources (the ids of the path follow the name)
${wrapped(resourceNames())}

Examples
  npm start -- models --limit 5
  npm start -- skills.versions skill_01 --limit 10
  npm start -- files --live --max-items 20`;
}

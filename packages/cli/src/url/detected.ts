import type { PaginationStrategy } from "pageturn/client";
import { type Detection, detectStrategy } from "pageturn/strategies";
import { commandWords } from "../command-words.ts";
import { CommandError } from "../failure.ts";
import { type AnyList, listOptions } from "./any-list.ts";

/** Takes any body as the only page of a list with one item: itself. */
const WHOLE_BODY: PaginationStrategy = { items: (body) => [body], next: () => null, cursors: [] };

/** Requests the first page, and says how the list may page. A list that is requested with GET is asked for page 2, too. */
export async function detect(list: AnyList): Promise<Detection> {
  const { url, json } = list;
  const response = await answerTo(list, { path: url.pathname + url.search });
  return detectStrategy(response, {
    url,
    ...(json !== undefined && { body: json }),
    ...(json === undefined && {
      verify: (request) => {
        const next = new URL(request.url);
        return answerTo(list, { path: next.pathname + next.search, headers: request.headers });
      },
    }),
  });
}

async function answerTo(
  list: AnyList,
  { path, headers = {} }: { readonly path: string; readonly headers?: Readonly<Record<string, string>> },
) {
  const page = await list.client.list(path, { ...listOptions(list, WHOLE_BODY), headers });
  const { status, headers: received } = page.response;
  return { status, headers: received, body: page.toJSON() };
}

/** The strategy that is sure enough, and its code. Throws `CommandError` with what is known if none is. */
export function surest({ candidates, rejected }: Detection): {
  readonly strategy: PaginationStrategy;
  readonly code: string;
} {
  const [best] = candidates;
  if (best !== undefined && best.confidence !== "possible") return best;
  const reasons = [
    ...candidates.map(({ code, evidence }) => `  perhaps ${code}: ${evidence.join("; ")}`),
    ...rejected.map(({ name, reason }) => `  ${name === null ? "" : `not ${name}: `}${commandWords(reason)}`),
  ];
  throw new CommandError(
    `Cannot say for sure how this API pages. Name it with --strategy; see pageturn url --help\n${reasons.join("\n")}`.trimEnd(),
  );
}

/** What was found, as text: each candidate with its code and the evidence. */
export function* detectionText({ candidates, rejected }: Detection): Iterable<string> {
  for (const { code, module, name, confidence, evidence } of candidates) {
    yield `// ${confidence}: ${evidence.join("; ")}\nimport { ${name} } from "${module}";\n${code}\n\n`;
  }
  for (const { name, reason } of rejected) yield `// not ${name ?? "recognised"}: ${reason}\n`;
}

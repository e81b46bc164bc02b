import type { FaultStep, MockServer } from "pageturn/testing";
import { isRightForPageturn, isRightForSdk } from "./error-class.ts";
import { type FaultCase, type ListName, listNames } from "./fault-case.ts";
import { type Verdict, verdictOf } from "./verdict.ts";
import { walkPageturn } from "./walk-pageturn.ts";
import { walkSdk } from "./walk-sdk.ts";
import type { Walked, Walker, WalkOrder } from "./walked.ts";

/** The verdict on one walk, and whether the checkpoint of its error completes it; null where it has none. */
export interface ListVerdict extends Verdict {
  readonly list: ListName;
  readonly resumes: boolean | null;
}

/** What one fault came to, for each of the clients. */
export interface CaseVerdicts {
  readonly title: string;
  readonly pageturn: readonly ListVerdict[];
  /** With `distinctBy`; null where it makes no difference. */
  readonly distinct: readonly ListVerdict[] | null;
  readonly sdk: readonly ListVerdict[];
}

const paths: Readonly<Record<ListName, string>> = {
  ids: "/v1/models",
  cursor: "/v1/files",
  token: "/v1/test/tokens",
};

/** Plays one fault to both clients, on all lists that it can be played on. */
export async function playCase(server: MockServer, played: FaultCase): Promise<CaseVerdicts> {
  const pageturn = await playTo(server, played, { walk: walkPageturn });
  const distinct = played.distinct
    ? await playTo(server, played, { walk: walkPageturn, distinct: true })
    : null;
  const sdk = await playTo(server, played, { walk: walkSdk });
  return { title: played.title, pageturn, distinct, sdk };
}

/** Who walks, and how. */
export interface Player {
  readonly walk: Walker;
  readonly distinct?: boolean;
}

/** Plays one fault to one client, on all lists that it can be played on. */
export async function playTo(
  server: MockServer,
  played: FaultCase,
  player: Player,
): Promise<readonly ListVerdict[]> {
  const { walk, distinct = false } = player;
  const lists = played.lists ?? listNames;
  const order = (list: ListName): WalkOrder => ({
    list,
    url: server.url,
    apiKey: server.apiKey,
    played,
    distinct,
  });
  const isRightClass = walk === walkSdk ? isRightForSdk : isRightForPageturn;
  // The lists are walked at the same time: each path has the script to itself.
  await server.setScript(lists.flatMap((list) => scriptFor(played, paths[list])));
  const walks = await Promise.all(lists.map((list) => walk(order(list))));
  await server.setScript([]);
  return Promise.all(
    lists.map(async (list, at): Promise<ListVerdict> => {
      const walked = walks[at];
      if (walked === undefined) throw new Error(`No walk of the list "${list}"`);
      const whole = await wholeList(order(list));
      const verdict = verdictOf(walked, { played, whole, isRightClass, distinct });
      return { ...verdict, list, resumes: await resumes(walked, { order: order(list), walk, whole }) };
    }),
  );
}

function scriptFor({ script }: FaultCase, path: string): FaultStep[] {
  return script.map((step) => ({ ...step, path }));
}

/** The keys of the list as it is: the walk of a server without faults. */
async function wholeList(order: WalkOrder): Promise<readonly string[]> {
  const { keys } = await walkPageturn({ ...order, distinct: false });
  return keys;
}

interface Continuation {
  readonly order: WalkOrder;
  readonly walk: Walker;
  readonly whole: readonly string[];
}

/** Whether the walk, taken up where the error says, gives the rest of the list. */
async function resumes({ keys, end }: Walked, { order, walk, whole }: Continuation): Promise<boolean | null> {
  if (end.kind !== "error" || end.checkpoint === null) return null;
  const rest = await walk({ ...order, resumeFrom: end.checkpoint });
  const last = keys.at(-1);
  const from = last === undefined ? 0 : whole.indexOf(last) + 1;
  return rest.end.kind === "done" && JSON.stringify(rest.keys) === JSON.stringify(whole.slice(from));
}

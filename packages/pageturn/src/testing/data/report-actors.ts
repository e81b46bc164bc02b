import type { ServedEndpoint } from "../../anthropic/catalog/served-endpoint.ts";
import { throwIfClosing } from "./closing.ts";
import { hashDigits, hashText, mixHash } from "./position-code.ts";
import type { Part } from "./usage-ledger.ts";

/** Who used something. */
export interface Actor {
  readonly type: string;
  readonly [name: string]: unknown;
}

/** The actors of all reports of a server: `count` of them, the same in each. */
class ReportActors {
  readonly count: number;
  readonly #key: number;
  readonly #isUsersOnly: boolean;

  constructor(
    { queryParams }: ServedEndpoint,
    { seed, count }: { readonly seed: number; readonly count: number },
  ) {
    this.count = count;
    this.#key = hashText("actor", seed);
    // Reports that tell kinds of actors apart have others than users.
    this.#isUsersOnly = !queryParams.some(({ effect }) => effect?.on === "actor_type");
  }

  /** The actor with a number, from 0. Where others than users may be actors, half of them are. */
  actor(number: number): Actor {
    const digits = hashDigits(mixHash(this.#key, number));
    const kind = this.#isUsersOnly ? 0 : number % 6;
    if (kind === 3) return { type: "service_account_actor", service_account_id: `svac_${digits}` };
    if (kind === 4) return { type: "api_actor", api_key_id: `apikey_${digits}` };
    if (kind === 5) {
      const provider = { type: "oidc", issuer: "https://issuer.example.com" };
      return { type: "federated_actor", provider, subject: `subject ${number + 1}` };
    }
    return {
      type: "user_actor",
      user_id: `user_${digits}`,
      email_address: `user${number + 1}@example.com`,
      name: `user ${number + 1}`,
      deleted: number % 7 === 6,
    };
  }

  /** The numbers of the actors that match. It looks at all of them. */
  select(isWanted: (actor: Actor) => boolean): readonly number[] {
    const numbers: number[] = [];
    for (let number = 0; number < this.count; number++) {
      throwIfClosing();
      if (isWanted(this.actor(number))) numbers.push(number);
    }
    return numbers;
  }
}

/** The id that an actor is asked for by; `undefined` for one without. */
function actorId(actor: Actor): unknown {
  return actor["user_id"] ?? actor["service_account_id"] ?? actor["api_key_id"];
}

/** Whose usage a row counts. */
export interface Subject {
  /** The number of the object that the row is about, from 0; `null` for a row about no object. */
  readonly object: number | null;
  /** The actor that the row shows; `null` for none. */
  readonly actor: Actor | null;
  /** The type of its actors, if the report is split by it. */
  readonly actorType: string | null;
  readonly parts: readonly Part[];
}

/** The subjects of a report, by their positions from 0. */
export interface Subjects {
  readonly length: number;
  readonly at: (position: number) => Subject;
}

/** What a request says about the subjects of a report. */
export interface AskedSubjects {
  readonly seed: number;
  readonly count: number;
  readonly query: URLSearchParams;
  /** The dimensions that have rows of their own. */
  readonly splits: readonly string[];
  /** The values that the request allows, by the names of the dimensions. */
  readonly allowed: ReadonlyMap<string, readonly string[]>;
}

/** Whose usage the rows count: that of each object, of each actor, of each type of actor, or of all together. */
export function readSubjects(endpoint: ServedEndpoint, asked: AskedSubjects): Subjects {
  const { report, itemFields } = endpoint;
  const { count: of, splits } = asked;
  const nobody = { object: null, actor: null, actorType: null };
  const all: Subject = { ...nobody, parts: [{}] };
  if (report === "days") return { length: 1, at: () => all };
  if (report === "objects") {
    const at = (object: number): Subject => ({ ...nobody, object, parts: [{ owner: object + 1 }] });
    return { length: of, at };
  }
  const actors = new ReportActors(endpoint, asked);
  const numbers = wantedActors(endpoint, { ...asked, actors });
  const partOf = (number: number): Part => ({ share: { number, of } });
  if (
    report === "groups" &&
    (splits.includes("actor") || ("some" in itemFields && itemFields.some(({ name }) => name === "actor")))
  ) {
    const at = (position: number): Subject => {
      const number = numbers?.[position] ?? position;
      const actor = actors.actor(number);
      return { object: number, actor, actorType: actor.type, parts: [partOf(number)] };
    };
    return { length: numbers?.length ?? of, at };
  }
  if (splits.includes("actor_type")) {
    const byType = new Map<string, Part[]>();
    for (const number of numbers ?? actors.select(() => true)) {
      const { type } = actors.actor(number);
      const parts = byType.get(type) ?? [];
      parts.push(partOf(number));
      byType.set(type, parts);
    }
    const subjects = [...byType].map(([actorType, parts]) => ({ ...nobody, actorType, parts }));
    return { length: subjects.length, at: (position) => subjects[position] ?? all };
  }
  const some = numbers === null ? all : { ...nobody, parts: numbers.map(partOf) };
  return { length: 1, at: () => some };
}

/** The numbers of the actors that a request is restricted to; `null` for all. */
function wantedActors(
  { queryParams }: ServedEndpoint,
  { query, allowed, actors }: AskedSubjects & { readonly actors: ReportActors },
): readonly number[] | null {
  const [ids, types] = [allowed.get("actor"), allowed.get("actor_type")];
  const omits = queryParams.some(
    ({ wire, effect }) => effect?.does === "omits" && query.get(wire) === "true",
  );
  if (ids === undefined && types === undefined && !omits) return null;
  return actors.select(
    (actor) =>
      (ids?.includes(String(actorId(actor))) ?? true) &&
      (types?.includes(actor.type) ?? true) &&
      !(omits && actor["deleted"] === true),
  );
}

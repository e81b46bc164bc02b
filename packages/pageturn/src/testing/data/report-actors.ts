import type { ServedEndpoint } from "../../anthropic/catalog/served-endpoint.ts";
import { hashDigits, hashText, mixHash } from "./position-code.ts";

/** Who used something. */
export interface Actor {
  readonly type: string;
  readonly [name: string]: unknown;
}

/** The actors of all reports of a server: `count` of them, the same in each. */
export class ReportActors {
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
    for (let number = 0; number < this.count; number++)
      if (isWanted(this.actor(number))) numbers.push(number);
    return numbers;
  }
}

/** The id that an actor is asked for by; `undefined` for one without. */
export function actorId(actor: Actor): unknown {
  return actor["user_id"] ?? actor["service_account_id"] ?? actor["api_key_id"];
}

import type { Anthropic as Sdk } from "@anthropic-ai/sdk";
import type { APIResource } from "@anthropic-ai/sdk/resource";
import type { AsyncAnthropic } from "pageturn";

/** The paths of all resources with a `list()` in the official SDK: `"models"`, `"messages.batches"`. */
export type SdkListPath = ListPath<Sdk>;

type ListPath<Node> = {
  [K in keyof Node & string]: Node[K] extends APIResource
    ? (Node[K] extends { list: unknown } ? K : never) | `${K}.${ListPath<Node[K]>}`
    : never;
}[keyof Node & string];

type At<Node, Path extends string> = Path extends `${infer Head}.${infer Rest}`
  ? Head extends keyof Node
    ? At<Node[Head], Rest>
    : never
  : Path extends keyof Node
    ? Node[Path]
    : never;

/** The items of a list; `never` if the client has no such list, and not `unknown`. */
type ItemAt<Client, Path extends string> = [At<Client, Path>] extends [never]
  ? never
  : At<Client, Path> extends { list(...args: never[]): AsyncIterable<infer Item> }
    ? Item
    : never;

/** The official SDK's type of the items of a list. */
export type SdkItem<Path extends string> = ItemAt<Sdk, Path>;

/** Our type of the same items; what the SDK has a second time under `beta`, the catalog has once. */
export type OwnItem<Path extends string> = [ItemAt<AsyncAnthropic, Path>] extends [never]
  ? Path extends `beta.${infer Rest}`
    ? ItemAt<AsyncAnthropic, Rest>
    : never
  : ItemAt<AsyncAnthropic, Path>;

/** The same data without interfaces: only such a type can be assigned to an object of unknown fields. */
type Plain<T> = T extends string
  ? T
  : T extends readonly (infer Element)[]
    ? readonly Plain<Element>[]
    : T extends object
      ? { [K in keyof T]: Plain<T[K]> }
      : T;

/** The fields of our type that cannot take what the SDK's type has; for unions, as `<type>.<field>`. */
export type Unfit<Theirs, Own> = Theirs extends unknown
  ? Plain<Theirs> extends Own
    ? never
    : IsUnion<Own> extends true
      ? UnfitMember<Theirs, Own>
      : UnfitFields<Plain<Theirs>, Own>
  : never;

type UnfitMember<Theirs, Own> = Theirs extends { type: infer Type extends string }
  ? [Extract<Own, { type: Type }>] extends [never]
    ? `${Type}.*`
    : `${Type}.${UnfitFields<Plain<Theirs>, Extract<Own, { type: Type }>>}`
  : "*";

type UnfitFields<Theirs, Own> = {
  [K in keyof Own & string]-?: K extends keyof Theirs
    ? Pick<Theirs, K> extends Pick<Own, K>
      ? never
      : K
    : Record<never, never> extends Pick<Own, K>
      ? never
      : K;
}[keyof Own & string];

type IsUnion<T, All = T> = T extends unknown ? ([All] extends [T] ? false : true) : never;

import { expectTypeOf, test } from "vitest";
import type { OwnItem, SdkItem, SdkListPath, Unfit } from "./item-fit.ts";

/**
 * Every list whose items the official SDK types otherwise than we do, with the fields of ours that its items do not
 * fit. Each line stands for a reason; one whose difference is gone does not compile.
 */
interface KnownDifferences {
  // Since 0.122 the SDK has the later shape here, too; we keep the one that the beta's header asks for.
  "beta.skills": "display_title" | "latest_version" | "source";
  "beta.skills.versions": "directory" | "version";
}

type Differences = {
  [Path in SdkListPath as [Unfit<SdkItem<Path>, OwnItem<Path>>] extends [never] ? never : Path]: Unfit<
    SdkItem<Path>,
    OwnItem<Path>
  >;
};

test("the items of every list of the official SDK can be assigned to ours, or the difference is named", () => {
  expectTypeOf<Differences>().toEqualTypeOf<KnownDifferences>();
});

test("there is an item type on both sides for every list", () => {
  type IsMissing<Path extends SdkListPath> = [SdkItem<Path>] extends [never]
    ? Path
    : [OwnItem<Path>] extends [never]
      ? Path
      : unknown extends OwnItem<Path>
        ? Path
        : never;
  expectTypeOf<{ [Path in SdkListPath]: IsMissing<Path> }[SdkListPath]>().toEqualTypeOf<never>();
  expectTypeOf<"models" | "beta.organization.plugins.shares">().toExtend<SdkListPath>();
});

test("a field that is missing or of another type is noticed", () => {
  interface Own {
    readonly id: string;
    readonly size: number;
    readonly note?: string;
    readonly more: Readonly<Record<string, unknown>>;
  }
  interface Fitting {
    id: "a";
    size: number;
    more: { deep: { er: number } };
    else: boolean;
  }
  expectTypeOf<Unfit<Fitting, Own>>().toEqualTypeOf<never>();
  expectTypeOf<Unfit<Omit<Fitting, "id">, Own>>().toEqualTypeOf<"id">();
  expectTypeOf<Unfit<Fitting & { note: number }, Own>>().toEqualTypeOf<"note">();
  expectTypeOf<Unfit<{ type: "b" }, Own | { type: "a" }>>().toEqualTypeOf<"b.*">();
});

import ts from "typescript";

/** Where two types differ, as one line each: `settings.mode: null in ours alone`. */
export type Differences = readonly string[];

/** Compares types of JSON data in both directions, field by field, down to the last one. */
export class TypeComparison {
  readonly #checker: ts.TypeChecker;
  /** Pairs that are compared, or were, so that recursive types end. */
  readonly #seen = new Map<ts.Type, Set<ts.Type>>();

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  compare(theirs: ts.Type, ours: ts.Type, path = ""): Differences {
    const pairs = this.#seen.get(theirs) ?? new Set();
    if (pairs.has(ours)) return [];
    this.#seen.set(theirs, pairs.add(ours));
    const [one, other] = [this.#parts(theirs), this.#parts(ours)];
    if (one.isOpen || other.isOpen) {
      if (one.isOpen === other.isOpen) return [];
      return [`${path}: ${one.isOpen ? "unknown in theirs" : "unknown in ours"}`];
    }
    const kinds = ["null", "string", "number", "boolean", "array", "record"].flatMap((kind) =>
      oneSided(path, kind, [one.kinds.has(kind), other.kinds.has(kind)]),
    );
    return [
      ...kinds,
      ...this.#values(one, other, path),
      ...this.#inside([one.elements, other.elements], `${path}[]`),
      ...this.#inside([one.values, other.values], `${path}{}`),
      ...this.#objects([one.objects, other.objects], path),
    ];
  }

  /** What a type is made of. */
  #parts(type: ts.Type): Parts {
    const members = type.isUnion() ? type.types : [type];
    const kinds = new Set<string>();
    const literals = new Set<string>();
    const parts: Parts = { isOpen: false, kinds, literals, elements: [], values: [], objects: [] };
    for (const member of members) {
      const kind = this.#kindOf(member);
      if (kind === "open") return { ...parts, isOpen: true };
      if (kind !== "object" && kind !== "undefined") kinds.add(kind);
      if (member.isStringLiteral()) literals.add(member.value);
      if (kind === "array") parts.elements.push(...this.#checker.getTypeArguments(reference(member)));
      if (kind === "record")
        parts.values.push(this.#checker.getIndexTypeOfType(member, ts.IndexKind.String) ?? member);
      if (kind === "object") parts.objects.push(member);
    }
    return parts;
  }

  #kindOf(type: ts.Type): string {
    const { flags } = type;
    if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return "open";
    if (flags & ts.TypeFlags.Undefined) return "undefined";
    if (flags & ts.TypeFlags.Null) return "null";
    if (flags & ts.TypeFlags.StringLike) return "string";
    if (flags & ts.TypeFlags.NumberLike) return "number";
    if (flags & ts.TypeFlags.BooleanLike) return "boolean";
    // `string & Record<never, never>`: any other string.
    if (type.isIntersection() && type.types.some((each) => each.flags & ts.TypeFlags.String)) return "string";
    if (this.#checker.isArrayType(type)) return "array";
    const hasIndex = this.#checker.getIndexTypeOfType(type, ts.IndexKind.String) !== undefined;
    return hasIndex && type.getProperties().length === 0 ? "record" : "object";
  }

  #values({ literals: theirs, kinds }: Parts, { literals: ours }: Parts, path: string): Differences {
    // Where the SDK has any string, ours may name values.
    if (!kinds.has("string") || theirs.size === 0) return [];
    return [...new Set([...theirs, ...ours])].flatMap((value) =>
      oneSided(path, `"${value}"`, [theirs.has(value), ours.has(value)]),
    );
  }

  #inside([theirs, ours]: Pair<readonly ts.Type[]>, path: string): Differences {
    const [one, other] = [theirs[0], ours[0]];
    return one === undefined || other === undefined ? [] : this.compare(one, other, path);
  }

  /** Compares the members of unions that have the same tag, or the only object on each side. */
  #objects([theirs, ours]: Pair<readonly ts.Type[]>, path: string): Differences {
    const [one, other] = [theirs[0], ours[0]];
    if (theirs.length === 1 && ours.length === 1 && one !== undefined && other !== undefined)
      return this.#fields(one, other, path);
    const tagged = [theirs, ours].map((types) => new Map(types.map((type) => [this.#tag(type), type])));
    const [left = new Map<string, ts.Type>(), right = new Map<string, ts.Type>()] = tagged;
    const place = (tag: string): string => (theirs.length + ours.length > 1 ? `${path}<${tag}>` : path);
    return [...new Set([...left.keys(), ...right.keys()])].flatMap((tag) => {
      const [member, own] = [left.get(tag), right.get(tag)];
      if (member === undefined || own === undefined)
        return oneSided(place(tag), "object", [member !== undefined, own !== undefined]);
      return this.#fields(member, own, place(tag));
    });
  }

  /** What tells a member of a union: the values of its `type`, or the names of its fields. */
  #tag(type: ts.Type): string {
    const field = type.getProperty("type");
    const { literals } =
      field === undefined
        ? { literals: new Set<string>() }
        : this.#parts(this.#checker.getTypeOfSymbol(field));
    if (literals.size > 0) return [...literals].sort().join("|");
    return type
      .getProperties()
      .map(({ name }) => name)
      .sort()
      .join();
  }

  #fields(theirs: ts.Type, ours: ts.Type, path: string): Differences {
    const names = new Set([...theirs.getProperties(), ...ours.getProperties()].map(({ name }) => name));
    return [...names].flatMap((name) => {
      const [one, other] = [theirs.getProperty(name), ours.getProperty(name)];
      const place = path === "" ? name : `${path}.${name}`;
      if (one === undefined || other === undefined)
        return oneSided(place, "field", [one !== undefined, other !== undefined]);
      return [
        ...oneSided(place, "optional", [isOptional(one), isOptional(other)]),
        ...this.compare(this.#checker.getTypeOfSymbol(one), this.#checker.getTypeOfSymbol(other), place),
      ];
    });
  }
}

type Pair<T> = readonly [theirs: T, ours: T];

interface Parts {
  /** `any` or `unknown`. */
  readonly isOpen: boolean;
  /** The kinds of its members. */
  readonly kinds: ReadonlySet<string>;
  /** The strings that are named. */
  readonly literals: ReadonlySet<string>;
  /** The types of the elements of arrays, of the values of records, and of objects. */
  readonly elements: ts.Type[];
  readonly values: ts.Type[];
  readonly objects: ts.Type[];
}

function oneSided(path: string, what: string, [theirs, ours]: Pair<boolean>): Differences {
  return theirs === ours ? [] : [`${path}: ${what} in ${theirs ? "theirs" : "ours"} alone`];
}

function isOptional(symbol: ts.Symbol): boolean {
  return (symbol.flags & ts.SymbolFlags.Optional) !== 0;
}

/** The cast: an array type is a reference, as `isArrayType` has said. */
function reference(type: ts.Type): ts.TypeReference {
  return type as ts.TypeReference;
}

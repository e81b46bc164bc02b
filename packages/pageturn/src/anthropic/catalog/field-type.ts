/**
 * The type of a field: `string`, `number`, `boolean`, `null`, `json` (any value), `object` (of unknown fields) or the name of a
 * shape; arrays, records and unions of them.
 */
export type FieldType =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "array" | "record"; readonly of: FieldType }
  | { readonly kind: "union"; readonly members: readonly FieldType[] };

/**
 * Reads a type as the catalog writes it: `Actor`, `string[]`, `Record<string, number | null>`, `string | (Text | Image)[]`.
 *
 * Throws `SyntaxError` for any other text.
 */
export function parseFieldType(text: string): FieldType {
  let rest = text.trim();
  const take = (token: string): boolean => {
    if (!rest.startsWith(token)) return false;
    rest = rest.slice(token.length).trimStart();
    return true;
  };
  const expect = (token: string): void => {
    if (!take(token))
      throw new SyntaxError(`Cannot read the type ${text}: expected ${token} before "${rest}"`);
  };
  const union = (): FieldType => {
    const first = repeated();
    const members = [first];
    while (take("|")) members.push(repeated());
    return members.length === 1 ? first : { kind: "union", members };
  };
  const repeated = (): FieldType => {
    let type = single();
    while (take("[]")) type = { kind: "array", of: type };
    return type;
  };
  const single = (): FieldType => {
    const isRecord = take("Record<string,");
    if (isRecord || take("(")) {
      const of = union();
      expect(isRecord ? ">" : ")");
      return isRecord ? { kind: "record", of } : of;
    }
    const [name = ""] = /^[A-Za-z]\w*/.exec(rest) ?? [];
    if (name === "") throw new SyntaxError(`Cannot read the type ${text}: expected a name before "${rest}"`);
    take(name);
    return { kind: "name", name };
  };
  const type = union();
  if (rest !== "") throw new SyntaxError(`Cannot read the type ${text}: nothing may follow before "${rest}"`);
  return type;
}

/** The names in a type. */
export function namesIn(type: FieldType): readonly string[] {
  if (type.kind === "name") return [type.name];
  return type.kind === "union" ? type.members.flatMap(namesIn) : namesIn(type.of);
}

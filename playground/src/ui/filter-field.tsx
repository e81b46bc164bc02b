import type { APIListParam } from "pageturn/catalog";

interface FilterFieldProps {
  readonly param: APIListParam;
  readonly value: string;
  readonly set: (name: string, value: string) => void;
}

const examples: Readonly<Record<string, string>> = {
  date: "2026-09-01",
  "date-time": "2026-09-01T00:00:00Z",
  "string[]": "one, another",
};

/** A filter as a field of its type in the catalog. */
export function FilterField({ param, value, set }: FilterFieldProps) {
  const { name, description, type = "string", values = [], required = false } = param;
  const id = `filter-${name}`;
  const allowed = type === "boolean" ? ["true", "false"] : values;
  if (type === "string[]" && values.length > 0) {
    const chosen = value.split(",").filter((each) => each !== "");
    const toggle = (each: string) =>
      set(name, values.filter((other) => chosen.includes(other) !== (other === each)).join());
    return (
      <fieldset class="many">
        <legend title={description}>{name}</legend>
        {values.map((each) => (
          <label key={each} class="check">
            <input type="checkbox" checked={chosen.includes(each)} onChange={() => toggle(each)} />
            <span>{each}</span>
          </label>
        ))}
      </fieldset>
    );
  }
  return (
    <label class="field" htmlFor={id} title={description}>
      <span>
        {name}
        {required && <small> required</small>}
      </span>
      {allowed.length > 0 ? (
        <select id={id} value={value} onChange={({ currentTarget }) => set(name, currentTarget.value)}>
          <option value="">any</option>
          {allowed.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          type={type === "integer" ? "number" : type === "date" ? "date" : "text"}
          value={value}
          placeholder={examples[type] ?? ""}
          onChange={({ currentTarget }) => set(name, currentTarget.value.trim())}
        />
      )}
    </label>
  );
}

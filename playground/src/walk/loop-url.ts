import type { ListChoice } from "../setup/list-choice.ts";
import type { ListArguments } from "../setup/setup.ts";

/** Path and query of the first request of a plain loop. */
export function loopURL({ path, params, sliceTo }: ListArguments, list: ListChoice): string {
  const values = [...path];
  const filled = list.path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(values.shift() ?? ""));
  const query = new URLSearchParams();
  const all = { ...params, ...(sliceTo !== null && list.time !== undefined && { [list.time.to]: sliceTo }) };
  for (const [name, value] of Object.entries(all)) {
    const wire = list.queryParams.find((param) => param.name === name)?.wire ?? name;
    for (const each of [value].flat()) query.append(wire, String(each));
  }
  return `${filled}?${query}`;
}

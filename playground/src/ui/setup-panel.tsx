import type { ComponentChildren, Ref } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { canSlice, filtersOf, type ListChoice } from "../setup/list-choice.ts";
import { bounded, bounds, type NumberName, type Setup } from "../setup/setup.ts";
import { FaultSwitches } from "./fault-switches.tsx";
import { FilterField } from "./filter-field.tsx";
import { Switch } from "./switch.tsx";

interface SetupPanelProps {
  readonly setup: Setup;
  readonly lists: readonly ListChoice[];
  readonly list: ListChoice;
  /** Where the key of the real API comes from; `null` without one. */
  readonly keySource: string | null;
  /** Whether the setup is that of a walk; otherwise it is that of an infinite query. */
  readonly isWalk: boolean;
  readonly change: (change: Partial<Setup>) => void;
}

/** The choices: the list, its filters, the mock server, the walk and the faults. */
export function SetupPanel({ setup, lists, list, keySource, isWalk, change }: SetupPanelProps) {
  const setValue = (name: string, value: string) => change({ values: { ...setup.values, [name]: value } });
  const filters = filtersOf(list);
  const required = filters.filter((param) => param.required === true);
  const others = filters.filter((param) => param.required !== true);
  const used = others.filter(({ name }) => setup.values[name]).length;
  const isMock = setup.source === "mock";
  // Slices have no repeats at their borders, and fetch ahead by themselves.
  const isSliced = canSlice(list) && setup.slices > 1;
  const numbers = { setup: canSlice(list) ? setup : { ...setup, slices: 1 }, change };
  const slices = useRef<HTMLInputElement>(null);
  const isLeaving = useRef(false);
  // The button that chooses a list with slices is gone then: the field that it is about has the focus.
  useEffect(() => {
    if (isLeaving.current) slices.current?.focus();
    isLeaving.current = false;
  }, [list]);
  return (
    <form class="setup" aria-label="Setup" onSubmit={(event) => event.preventDefault()}>
      <Group title="List">
        <fieldset class="choices" aria-label="Server">
          <Choice isChosen={isMock} choose={() => change({ source: "mock" })}>
            Mock server
          </Choice>
          <Choice isChosen={!isMock} isDisabled={keySource === null} choose={() => change({ source: "api" })}>
            Real API
          </Choice>
        </fieldset>
        <p class="hint">
          {keySource === null
            ? "For the real API, run npm run playground with ANTHROPIC_API_KEY."
            : `The local proxy keeps the key (${keySource}). This page never gets it.`}
        </p>
        <label class="field">
          <span>List</span>
          <select
            value={list.id}
            onChange={({ currentTarget }) => change({ list: currentTarget.value, values: {}, slices: 1 })}
          >
            {[...groupsOf(lists)].map(([name, members]) => (
              <optgroup key={name} label={name}>
                {members.map(({ id }) => (
                  <option key={id}>{id}</option>
                ))}
              </optgroup>
            ))}
          </select>
        </label>
        <p class="hint">Lists {list.lists}.</p>
        {list.pathParams.map((name) => (
          <label key={name} class="field">
            <span>{name}</span>
            <input
              value={setup.values[name] ?? ""}
              placeholder={`${name.replace(/_id$/, "")}_1`}
              onInput={({ currentTarget }) => setValue(name, currentTarget.value)}
            />
          </label>
        ))}
        {required.map((param) => (
          <FilterField key={param.name} param={param} value={setup.values[param.name] ?? ""} set={setValue} />
        ))}
        {others.length > 0 && (
          <details>
            <summary>
              {others.length} {others.length === 1 ? "filter" : "filters"}
              {used > 0 && `, ${used} used`}
            </summary>
            <div class="filters">
              {others.map((param) => (
                <FilterField
                  key={param.name}
                  param={param}
                  value={setup.values[param.name] ?? ""}
                  set={setValue}
                />
              ))}
            </div>
          </details>
        )}
        <NumberField name="pageSize" label="Page size" {...numbers} />
      </Group>
      <Group title={isMock ? "Walk and server" : "Walk"}>
        <div class="numbers">
          <NumberField
            name="prefetch"
            label="Prefetch, pages"
            isDisabled={!isWalk || isSliced}
            {...numbers}
          />
          <NumberField
            name="slices"
            label="Parallel slices"
            isDisabled={!isWalk || !canSlice(list)}
            place={slices}
            {...numbers}
          />
          <NumberField name="workMs" label="Work/item, ms" isDisabled={!isWalk} {...numbers} />
          {isMock && (
            <>
              <NumberField name="latencyMs" label="Latency, ms" {...numbers} />
              <NumberField name="items" label="Items in list" {...numbers} />
            </>
          )}
        </div>
        {isWalk && !canSlice(list) && (
          <p class="hint">
            Slices need a list with a range of time, such as{" "}
            <button
              type="button"
              class="link"
              onClick={() => {
                isLeaving.current = true;
                change({ list: "beta.sessions", values: {}, slices: 4, items: 200, pageSize: 10 });
              }}
            >
              beta.sessions
            </button>
            .
          </p>
        )}
        {list.hasId && !isSliced && (
          <Switch
            id="distinct"
            isOn={setup.distinct}
            isDisabled={!isWalk}
            toggle={() => change({ distinct: !setup.distinct })}
          >
            Drop repeats (distinctBy)
          </Switch>
        )}
        {!isWalk && (
          <p class="hint">
            Prefetch, slices, work and distinctBy belong to a walk. A query shows each page as the server
            sends it.
          </p>
        )}
      </Group>
      {isMock && <FaultSwitches chosen={setup.faults} choose={(faults) => change({ faults })} />}
    </form>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <fieldset class="group">
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}

interface ChoiceProps {
  readonly isChosen: boolean;
  readonly isDisabled?: boolean;
  readonly choose: () => void;
  readonly children: ComponentChildren;
}

function Choice({ isChosen, isDisabled = false, choose, children }: ChoiceProps) {
  return (
    <button type="button" aria-pressed={isChosen} disabled={isDisabled} onClick={choose}>
      {children}
    </button>
  );
}

interface NumberFieldProps {
  readonly name: NumberName;
  readonly label: string;
  readonly setup: Setup;
  readonly isDisabled?: boolean;
  readonly place?: Ref<HTMLInputElement>;
  readonly change: (change: Partial<Setup>) => void;
}

function NumberField({ name, label, setup, isDisabled = false, place = null, change }: NumberFieldProps) {
  const [least, most] = bounds[name];
  return (
    <label class="field">
      <span>{label}</span>
      <input
        ref={place}
        type="number"
        inputMode="numeric"
        min={least}
        max={most}
        value={setup[name]}
        disabled={isDisabled}
        onChange={({ currentTarget }) => {
          const { valueAsNumber: typed } = currentTarget;
          const value = Number.isFinite(typed) ? bounded(name, typed) : setup[name];
          // A setup that does not change is not drawn again.
          currentTarget.value = String(value);
          if (value !== setup[name]) change({ [name]: value });
        }}
      />
    </label>
  );
}

/** The lists by the part of the API that they are in. */
function groupsOf(lists: readonly ListChoice[]): ReadonlyMap<string, readonly ListChoice[]> {
  const groups = new Map<string, ListChoice[]>();
  for (const list of lists) {
    const [first = "", second = ""] = list.id.split(".");
    const name =
      first === "beta" && second === "organization"
        ? "beta.organization"
        : list.id.includes(".")
          ? first
          : "general";
    const group = ["messages", "skills"].includes(name) ? "general" : name;
    groups.set(group, [...(groups.get(group) ?? []), list]);
  }
  return groups;
}

import { faultNames, faults, type SwitchName } from "../setup/faults.ts";
import { Button } from "./button.tsx";
import { Switch } from "./switch.tsx";

interface FaultSwitchesProps {
  readonly chosen: readonly SwitchName[];
  readonly choose: (names: readonly SwitchName[]) => void;
}

const groups = [...new Set(faultNames.map((name) => faults[name].group))];

/** A switch for each fault of the mock server. */
export function FaultSwitches({ chosen, choose }: FaultSwitchesProps) {
  const toggle = (name: SwitchName) =>
    choose(faultNames.filter((other) => chosen.includes(other) !== (other === name)));
  return (
    <fieldset class="group">
      <legend>Faults</legend>
      <Button kind="small off" isDisabled={chosen.length === 0} press={() => choose([])}>
        Turn all off
      </Button>
      {groups.map((group) => (
        <fieldset key={group} class="many">
          <legend>{group}</legend>
          {faultNames
            .filter((name) => faults[name].group === group)
            .map((name) => (
              <Switch
                key={name}
                id={`fault-${name}`}
                isOn={chosen.includes(name)}
                toggle={() => toggle(name)}
                about={faults[name].about}
              >
                {faults[name].label}
              </Switch>
            ))}
        </fieldset>
      ))}
    </fieldset>
  );
}

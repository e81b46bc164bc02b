import type { ComponentChildren } from "preact";

interface SwitchProps {
  readonly id: string;
  readonly isOn: boolean;
  readonly toggle: () => void;
  readonly isDisabled?: boolean;
  /** What it does, below its label. */
  readonly about?: string;
  readonly children: ComponentChildren;
}

/** A switch with its label. */
export function Switch({ id, isOn, toggle, isDisabled = false, about, children }: SwitchProps) {
  const details = about === undefined ? {} : { "aria-describedby": `${id}-about` };
  return (
    <label class="switch">
      <input
        id={id}
        type="checkbox"
        role="switch"
        aria-checked={isOn}
        checked={isOn}
        disabled={isDisabled}
        onChange={toggle}
        {...details}
      />
      <span>
        {children}
        {about !== undefined && <small id={`${id}-about`}>{about}</small>}
      </span>
    </label>
  );
}

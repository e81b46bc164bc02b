import type { ComponentChildren, Ref } from "preact";

interface ButtonProps {
  readonly kind?: "primary" | "small" | "small off";
  readonly isDisabled?: boolean;
  readonly press: () => void;
  readonly place?: Ref<HTMLButtonElement>;
  readonly children: ComponentChildren;
}

/** A button. While it is disabled it keeps the focus: a press that disables it does not lead the keyboard to the start of the page. */
export function Button({ kind, isDisabled = false, press, place = null, children }: ButtonProps) {
  return (
    <button
      type="button"
      ref={place}
      aria-disabled={isDisabled}
      onClick={() => {
        if (!isDisabled) press();
      }}
      {...(kind !== undefined && { class: kind })}
    >
      {children}
    </button>
  );
}

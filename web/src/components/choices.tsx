import { Check, Minus } from 'lucide-react';
import { Checkbox as RadixCheckbox, RadioGroup as RadixRadio, Switch as RadixSwitch } from 'radix-ui';
import { type ReactNode, useId, useRef } from 'react';
import { type ControlProps, useWhyDisabled } from './control.ts';
import { type Option, useFieldProps } from './field.tsx';
import { Tooltip } from './tooltip.tsx';

export interface ToggleProps extends ControlProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  /** Beside it; without one, wrap it in a `Field` or give a `name`. */
  readonly label?: ReactNode;
  /** What it is called where no label is shown. */
  readonly name?: string;
}

export function Switch({ checked, onChange, label, name, needs, whyDisabled }: ToggleProps) {
  const why = useWhyDisabled({ needs, whyDisabled });
  const field = useFieldProps();
  const id = useId();
  return (
    <span className="inline-flex items-center gap-2.5 align-middle">
      <Tooltip text={why}>
        <RadixSwitch.Root
          {...field}
          {...(label ? { id } : {})}
          {...(name ? { 'aria-label': name } : {})}
          checked={checked}
          aria-disabled={why !== undefined || undefined}
          onCheckedChange={(next) => why === undefined && onChange(next)}
          className="inline-flex h-5 w-9 shrink-0 items-center rounded-full border border-line-strong bg-sunken p-0.5 transition-colors aria-disabled:cursor-not-allowed aria-disabled:opacity-55 aria-checked:border-accent aria-checked:bg-accent"
        >
          <RadixSwitch.Thumb className="block size-3.5 rounded-full bg-line-strong transition-transform data-[state=checked]:translate-x-4 data-[state=checked]:bg-on-accent" />
        </RadixSwitch.Root>
      </Tooltip>
      {label && <label htmlFor={id}>{label}</label>}
    </span>
  );
}

export interface CheckboxProps extends Omit<ToggleProps, 'checked'> {
  readonly checked: boolean | 'indeterminate';
}

export function Checkbox({ checked, onChange, label, name, needs, whyDisabled }: CheckboxProps) {
  const why = useWhyDisabled({ needs, whyDisabled });
  const field = useFieldProps();
  const id = useId();
  return (
    <span className="inline-flex items-center gap-2.5 align-middle">
      <Tooltip text={why}>
        <RadixCheckbox.Root
          {...field}
          {...(label ? { id } : {})}
          {...(name ? { 'aria-label': name } : {})}
          checked={checked}
          aria-disabled={why !== undefined || undefined}
          onCheckedChange={(next) => why === undefined && onChange(next === true)}
          className="inline-flex size-[1.125rem] shrink-0 items-center justify-center rounded border border-line-strong bg-surface aria-disabled:cursor-not-allowed aria-disabled:opacity-55 aria-checked:border-accent aria-checked:bg-accent aria-[checked=mixed]:border-accent aria-[checked=mixed]:bg-accent"
        >
          <RadixCheckbox.Indicator className="text-on-accent">
            {checked === 'indeterminate' ? <Minus size={13} strokeWidth={3} /> : <Check size={13} strokeWidth={3} />}
          </RadixCheckbox.Indicator>
        </RadixCheckbox.Root>
      </Tooltip>
      {label && <label htmlFor={id}>{label}</label>}
    </span>
  );
}

export interface RadioGroupProps<Value extends string> extends ControlProps {
  /** What is chosen, for those who do not see it. */
  readonly name: string;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly options: readonly (Option<Value> & { readonly hint?: ReactNode })[];
  /** Where a choice is saved as it is made: arrow keys go past the others without choosing them, Space chooses. */
  readonly isSavedAtOnce?: boolean;
}

/** One of a few, each with what it means. */
export function RadioGroup<Value extends string>({
  name,
  value,
  onChange,
  options,
  isSavedAtOnce = false,
  needs,
  whyDisabled,
}: RadioGroupProps<Value>) {
  const why = useWhyDisabled({ needs, whyDisabled });
  const id = useId();
  const isPassing = useRef(false);
  return (
    <RadixRadio.Root
      aria-label={name}
      value={value}
      onValueChange={(next) => why === undefined && !isPassing.current && onChange(next as Value)}
      onKeyDown={({ key }) => {
        isPassing.current = isSavedAtOnce && key.startsWith('Arrow');
      }}
      onKeyUp={() => {
        isPassing.current = false;
      }}
      onPointerDown={() => {
        isPassing.current = false;
      }}
      className="flex flex-col gap-2"
    >
      {options.map((option) => (
        <div key={option.value} className="flex items-start gap-2.5">
          <Tooltip text={why}>
            <RadixRadio.Item
              id={`${id}-${option.value}`}
              value={option.value}
              aria-disabled={why !== undefined || undefined}
              aria-describedby={option.hint ? `${id}-${option.value}-hint` : undefined}
              className="mt-0.5 inline-flex size-[1.125rem] shrink-0 items-center justify-center rounded-full border border-line-strong bg-surface aria-disabled:cursor-not-allowed aria-disabled:opacity-55 aria-checked:border-accent"
            >
              <RadixRadio.Indicator className="size-2.5 rounded-full bg-accent" />
            </RadixRadio.Item>
          </Tooltip>
          <div>
            <label htmlFor={`${id}-${option.value}`} className="font-medium">
              {option.label}
            </label>
            {option.hint && (
              <p id={`${id}-${option.value}-hint`} className="text-xs text-ink-muted">
                {option.hint}
              </p>
            )}
          </div>
        </div>
      ))}
    </RadixRadio.Root>
  );
}

import { Check, Minus } from 'lucide-react';
import { Checkbox as RadixCheckbox, RadioGroup as RadixRadio, Switch as RadixSwitch } from 'radix-ui';
import {
  type ComponentProps,
  createContext,
  type ReactNode,
  type Ref,
  useContext,
  useId,
  useRef,
  useState,
} from 'react';
import { classNames } from '#web/lib/class-names.ts';
import { t } from '#web/lib/i18n/index.ts';
import { type ControlProps, useWhyDisabled } from './control.ts';
import { Tooltip } from './tooltip.tsx';

interface FieldIds {
  readonly control: string;
  readonly describedBy: string | undefined;
  readonly isInvalid: boolean;
}

const FieldContext = createContext<FieldIds | undefined>(undefined);

export interface FieldProps {
  readonly label: ReactNode;
  /** What to enter, below the control. */
  readonly hint?: ReactNode;
  /** What is wrong with it; a problem's `errors[].message` for its path. */
  readonly error?: string | undefined;
  readonly optional?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

/** Label, control, hint and fault of one input. The control inside finds its id and descriptions by itself. */
export function Field({ label, hint, error, optional = false, className, children }: FieldProps) {
  const id = useId();
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;
  return (
    <FieldContext value={{ control: id, describedBy, isInvalid: error !== undefined }}>
      <div className={classNames('flex flex-col gap-1', className)}>
        <label htmlFor={id} className="font-medium">
          {label}
          {optional && <span className="ml-1.5 font-normal text-ink-muted">{t('common.optional')}</span>}
        </label>
        {children}
        {hint && (
          <p id={`${id}-hint`} className="text-xs text-ink-muted">
            {hint}
          </p>
        )}
        {error && (
          <p id={`${id}-error`} className="text-xs font-medium text-bad">
            {error}
          </p>
        )}
      </div>
    </FieldContext>
  );
}

function useFieldProps() {
  const field = useContext(FieldContext);
  if (!field) return {};
  const { control, describedBy, isInvalid } = field;
  return { id: control, 'aria-describedby': describedBy, 'aria-invalid': isInvalid || undefined };
}

const box = 'control w-full placeholder:text-ink-muted disabled:opacity-55 aria-invalid:border-bad';

type Native<Tag extends 'input' | 'select' | 'textarea'> = Omit<ComponentProps<Tag>, 'disabled'> & ControlProps;

export function Input({ needs, whyDisabled, className, ...rest }: Native<'input'>) {
  const why = useWhyDisabled({ needs, whyDisabled });
  return (
    <Explained why={why}>
      <input {...useFieldProps()} {...rest} disabled={why !== undefined} className={classNames(box, className)} />
    </Explained>
  );
}

export interface NumberInputProps extends Omit<Native<'input'>, 'type' | 'value' | 'onChange'> {
  readonly value: number | undefined;
  /** Undefined where nothing is typed, which is no number, and never 0. */
  readonly onChange: (value: number | undefined) => void;
}

export function NumberInput({ value, onChange, ...rest }: NumberInputProps) {
  const [typed, setTyped] = useState('');
  // As it was typed (`1.50`) for as long as it says the same.
  const text = numberOf(typed) === value ? typed : String(value ?? '');
  return (
    <Input
      step="any"
      {...rest}
      type="number"
      value={text}
      onChange={({ target }) => {
        setTyped(target.value);
        onChange(numberOf(target.value));
      }}
    />
  );
}

const numberOf = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text));

export function TextArea({ needs, whyDisabled, className, ...rest }: Native<'textarea'>) {
  const why = useWhyDisabled({ needs, whyDisabled });
  return (
    <Explained why={why}>
      <textarea
        {...useFieldProps()}
        rows={4}
        {...rest}
        disabled={why !== undefined}
        className={classNames(box, 'py-2', className)}
      />
    </Explained>
  );
}

export interface FileInputProps {
  readonly ref: Ref<HTMLInputElement>;
  /** What file it takes. */
  readonly label: string;
  /** `application/json,.json` */
  readonly accept: string;
  readonly onFile: (file: File) => void;
}

/** Takes a file that a button or a menu asks for: `ref.current?.click()` opens the chooser, for the same file again too. */
export function FileInput({ ref, label, accept, onFile }: FileInputProps) {
  return (
    <input
      ref={ref}
      type="file"
      accept={accept}
      aria-label={label}
      className="hidden"
      onChange={({ target }) => {
        const [file] = target.files ?? [];
        target.value = '';
        if (file) onFile(file);
      }}
    />
  );
}

export interface Option<Value extends string = string> {
  readonly value: Value;
  readonly label: string;
}

export interface SelectProps<Value extends string> extends Omit<Native<'select'>, 'value' | 'onChange' | 'children'> {
  readonly options: readonly Option<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

/** The platform's own list: works by keyboard, by voice and on phones as people know it. */
export function Select<Value extends string>({
  options,
  value,
  onChange,
  needs,
  whyDisabled,
  className,
  ...rest
}: SelectProps<Value>) {
  const why = useWhyDisabled({ needs, whyDisabled });
  return (
    <Explained why={why}>
      <select
        {...useFieldProps()}
        {...rest}
        value={value}
        disabled={why !== undefined}
        onChange={(event) => onChange(event.target.value as Value)}
        className={classNames(box, 'pr-8', className)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Explained>
  );
}

/** Native controls leave the tab order when disabled: what wraps them takes their place and says why. */
function Explained({ why, children }: { readonly why: string | undefined; readonly children: ReactNode }) {
  if (why === undefined) return children;
  return (
    <Tooltip text={why}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the reason is what there is to reach */}
      <span tabIndex={0} className="block rounded-control" aria-label={why} role="note">
        {children}
      </span>
    </Tooltip>
  );
}

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

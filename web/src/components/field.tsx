import { type ComponentProps, createContext, type ReactNode, type Ref, useContext, useId, useState } from 'react';
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

/** What ties a control to the field around it. */
export function useFieldProps() {
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

import { useContext, useEffect, useState } from 'react';
import type { MappingPlace } from '#web/lib/api.ts';
import { nameOf, type Scalar } from '#web/lib/document.ts';
import { t } from '#web/lib/i18n/index.ts';
import { PlacesContext, useDocument, useFault } from './document-editing.ts';
import { Field, Input, NumberInput, Select, TextArea } from './field.tsx';

interface AtProps {
  /** Where it stands in the document; faults of that place are shown with it. */
  readonly at: string;
  readonly label: string;
  readonly hint?: string | undefined;
  /** Blank: the member is left out. */
  readonly optional?: boolean;
}

interface ValueProps<Value> extends AtProps {
  readonly value: Value | undefined;
}

export function TextAt({ at, label, hint, optional = false, value }: ValueProps<string>) {
  const { update, needs } = useDocument();
  return (
    <Field label={label} hint={hint} error={useFault(at)} optional={optional}>
      <Input
        needs={needs}
        value={value ?? ''}
        onChange={({ target }) => update(at, optional && target.value === '' ? undefined : target.value)}
      />
    </Field>
  );
}

export function NumberAt({ at, label, value, optional = false }: ValueProps<number>) {
  const { update, needs } = useDocument();
  return (
    <Field label={label} error={useFault(at)} optional={optional}>
      <NumberInput needs={needs} value={value} onChange={(next) => update(at, next)} />
    </Field>
  );
}

export function DayAt({ at, label, value }: ValueProps<string>) {
  const { update, needs } = useDocument();
  return (
    <Field label={label} error={useFault(at)} optional>
      <Input
        needs={needs}
        type="date"
        value={value ?? ''}
        onChange={({ target }) => update(at, target.value === '' ? undefined : target.value)}
      />
    </Field>
  );
}

/** A place of the record: typed or chosen from those there are, or only chosen, by its name. */
export function PathAt({ at, label, hint, optional = false, value = '' }: ValueProps<string>) {
  const { update, needs, places, isPlain } = useDocument();
  const list = useContext(PlacesContext);
  const fault = useFault(at);
  if (isPlain && places) {
    return (
      <Field label={label} hint={hint} error={fault} optional={optional}>
        <Select
          needs={needs}
          value={value}
          onChange={(next) => update(at, next)}
          options={[
            ...(value === '' ? [{ value, label: t('condition.choose') }] : []),
            ...[...new Set([value, ...places.filter(isSingle).map(({ path }) => path)])].flatMap((path) =>
              path === '' ? [] : [{ value: path, label: nameOf(path) }],
            ),
          ]}
        />
      </Field>
    );
  }
  return (
    <Field label={label} hint={hint} error={fault} optional={optional}>
      <Input
        needs={needs}
        list={list}
        autoComplete="off"
        spellCheck={false}
        className="font-mono"
        value={value}
        onChange={({ target }) => update(at, optional && target.value === '' ? undefined : target.value)}
      />
    </Field>
  );
}

/** Has one value for each record, which can be compared. */
const isSingle = ({ path, kind }: MappingPlace): boolean =>
  !path.includes('[]') && kind !== 'object' && kind !== 'list';

const scalarKinds = ['text', 'number', 'yes', 'no', 'nothing'] as const;
type ScalarKind = (typeof scalarKinds)[number];

function kindOf(value: Scalar): ScalarKind {
  if (value === null) return 'nothing';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'number' ? 'number' : 'text';
}

/** A number begins without one, not with 0. */
const starts: Readonly<Record<ScalarKind, Scalar>> = { text: '', number: '', yes: true, no: false, nothing: null };

/** A constant: text, a number, yes or no, or nothing. `values`: the only ones there are. */
export function ScalarAt({
  at,
  label,
  value = '',
  values,
}: ValueProps<Scalar> & { readonly values?: readonly string[] | null | undefined }) {
  const { update, needs } = useDocument();
  const [chosen, setChosen] = useState<ScalarKind>(kindOf(value));
  const present = kindOf(value);
  // A number that was cleared is blank text until it is typed anew.
  const kind = chosen === 'number' && value === '' ? 'number' : present;
  const fault = useFault(at);
  return (
    <div className="grid grid-cols-[minmax(0,9rem)_minmax(0,1fr)] gap-3">
      <Field label={t('condition.kind')}>
        <Select
          needs={needs}
          value={kind}
          onChange={(next) => {
            setChosen(next);
            update(at, starts[next]);
          }}
          options={scalarKinds.map((each) => ({ value: each, label: t(`condition.scalar_${each}`) }))}
        />
      </Field>
      {kind === 'text' && values ? (
        <OneOfAt at={at} label={label} value={String(value)} values={values} />
      ) : kind === 'text' ? (
        <Field label={label} error={fault}>
          <Input needs={needs} value={String(value)} onChange={({ target }) => update(at, target.value)} />
        </Field>
      ) : kind === 'number' ? (
        <NumberField at={at} label={label} value={value} />
      ) : null}
    </div>
  );
}

/** Blank, it is blank text, which is no number. */
function NumberField({ at, label, value }: AtProps & { readonly value: Scalar }) {
  const { update, needs } = useDocument();
  return (
    <Field label={label} error={useFault(at)}>
      <NumberInput
        needs={needs}
        value={typeof value === 'number' ? value : undefined}
        onChange={(next) => update(at, next ?? '')}
      />
    </Field>
  );
}

interface OneOfProps extends AtProps {
  readonly value: string;
  readonly values: readonly string[];
}

function OneOfAt({ at, label, value, values }: OneOfProps) {
  const { update, needs } = useDocument();
  return (
    <Field label={label} error={useFault(at)}>
      <Select
        needs={needs}
        value={value}
        onChange={(next) => update(at, next)}
        options={[...new Set([value, ...values])].map((each) => ({ value: each, label: each }))}
      />
    </Field>
  );
}

/** What a place is compared with, as its kind has it: yes or no, a number, one of its values, or text. */
export function ValueAt({ at, label, value = '', place }: ValueProps<Scalar> & { readonly place: MappingPlace }) {
  const { update, needs } = useDocument();
  const fault = useFault(at);
  if (place.values) return <OneOfAt at={at} label={label} value={String(value ?? '')} values={place.values} />;
  if (place.kind === 'boolean') {
    return (
      <Field label={label} error={fault}>
        <Select
          needs={needs}
          value={value === true ? 'yes' : value === false ? 'no' : ''}
          onChange={(next) => update(at, next === 'yes')}
          options={[
            ...(typeof value === 'boolean' ? [] : [{ value: '' as const, label: t('condition.choose') }]),
            { value: 'yes', label: t('common.yes') },
            { value: 'no', label: t('common.no') },
          ]}
        />
      </Field>
    );
  }
  if (place.kind === 'integer') return <NumberField at={at} label={label} value={value} />;
  return (
    <Field label={label} hint={place.kind === 'decimal' ? t('condition.decimalHint') : undefined} error={fault}>
      <Input
        needs={needs}
        type={place.kind === 'day' ? 'date' : 'text'}
        value={String(value ?? '')}
        onChange={({ target }) => update(at, target.value)}
      />
    </Field>
  );
}

export interface ListInputProps {
  readonly at: string;
  readonly label: string;
  readonly hint: string;
  readonly values: readonly Scalar[];
  /** Of a place that has numbers. */
  readonly isNumber: boolean;
}

/** Several values with commas between them, as they are typed; blank ones count for nothing. */
export function ListAt({ at, label, hint, values, isNumber }: ListInputProps) {
  const { update, needs } = useDocument();
  const [text, setText] = useState(values.join(', '));
  const parts = partsOf(text, isNumber);
  const shown = JSON.stringify(parts) === JSON.stringify(values) ? text : values.join(', ');
  return (
    <Field label={label} hint={hint} error={useFault(at)}>
      <Input
        needs={needs}
        value={shown}
        onChange={({ target }) => {
          setText(target.value);
          update(at, partsOf(target.value, isNumber));
        }}
      />
    </Field>
  );
}

const partsOf = (text: string, isNumber: boolean): readonly (string | number)[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => (isNumber && Number.isFinite(Number(part)) ? Number(part) : part));

export interface JsonInputProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: unknown;
  readonly error?: string | undefined;
  readonly rows?: number;
  /** Blank text is undefined: nothing stands there. */
  readonly onChange: (value: unknown) => void;
}

/** What the editor does not draw, as text: taken over once it is JSON, with what is wrong below it until then. */
export function JsonInput({ label, hint, value, error, rows = 6, onChange }: JsonInputProps) {
  const { needs } = useDocument();
  const given = value === undefined ? '' : JSON.stringify(value, null, 2);
  const [text, setText] = useState(given);
  const [fault, setFault] = useState<string>();
  useEffect(() => {
    // What came from elsewhere replaces the text; what was typed here stays as it was typed.
    setText((before) => (sameJson(before, given) ? before : given));
    setFault(undefined);
  }, [given]);
  const change = (next: string) => {
    setText(next);
    const read = readJson(next);
    setFault(read.ok ? undefined : t('condition.notJson', { reason: read.reason }));
    if (read.ok) onChange(read.value);
  };
  return (
    <Field label={label} hint={hint} error={fault ?? error}>
      <TextArea
        needs={needs}
        rows={rows}
        spellCheck={false}
        className="font-mono text-xs"
        value={text}
        onChange={({ target }) => change(target.value)}
      />
    </Field>
  );
}

export type ReadJson = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string };

export function readJson(text: string): ReadJson {
  if (text.trim() === '') return { ok: true, value: undefined };
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch (cause) {
    return { ok: false, reason: cause instanceof Error ? cause.message : String(cause) };
  }
}

function sameJson(text: string, given: string): boolean {
  const read = readJson(text);
  return read.ok && (read.value === undefined ? '' : JSON.stringify(read.value, null, 2)) === given;
}

import { useContext, useEffect, useState } from 'react';
import { Field, Input, Select, TextArea } from '#web/components/field.tsx';
import { t } from '#web/lib/i18n/index.ts';
import { editing, PlacesContext, useEditor, useFault } from './editor-context.ts';
import type { Scalar } from './model.ts';

interface AtProps {
  /** Where it stands in the document; faults of that place are shown with it. */
  readonly at: string;
  readonly label: string;
  readonly hint?: string;
  /** Blank: the member is left out. */
  readonly optional?: boolean;
}

interface ValueProps<Value> extends AtProps {
  readonly value: Value | undefined;
}

export function TextAt({ at, label, hint, optional = false, value }: ValueProps<string>) {
  const { update } = useEditor();
  return (
    <Field label={label} hint={hint} error={useFault(at)} optional={optional}>
      <Input
        {...editing}
        value={value ?? ''}
        onChange={({ target }) => update(at, optional && target.value === '' ? undefined : target.value)}
      />
    </Field>
  );
}

export function NumberAt({ at, label, value, optional = false }: ValueProps<number>) {
  const { update } = useEditor();
  return (
    <Field label={label} error={useFault(at)} optional={optional}>
      <Input
        {...editing}
        type="number"
        value={value ?? ''}
        onChange={({ target }) => update(at, target.value === '' ? undefined : Number(target.value))}
      />
    </Field>
  );
}

/** A place of the record: typed, or chosen from those there are. */
export function PathAt({ at, label, hint, optional = false, value }: ValueProps<string>) {
  const { update } = useEditor();
  const list = useContext(PlacesContext);
  return (
    <Field label={label} hint={hint} error={useFault(at)} optional={optional}>
      <Input
        {...editing}
        list={list}
        autoComplete="off"
        spellCheck={false}
        className="font-mono"
        value={value ?? ''}
        onChange={({ target }) => update(at, optional && target.value === '' ? undefined : target.value)}
      />
    </Field>
  );
}

const scalarKinds = ['text', 'number', 'yes', 'no', 'nothing'] as const;
type ScalarKind = (typeof scalarKinds)[number];

function kindOf(value: Scalar): ScalarKind {
  if (value === null) return 'nothing';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'number' ? 'number' : 'text';
}

const starts: Readonly<Record<ScalarKind, Scalar>> = { text: '', number: 0, yes: true, no: false, nothing: null };

/** A constant: text, a number, yes or no, or nothing. `values`: the only ones there are. */
export function ScalarAt({
  at,
  label,
  value = '',
  values,
}: ValueProps<Scalar> & { readonly values?: readonly string[] | null }) {
  const { update } = useEditor();
  const kind = kindOf(value);
  const fault = useFault(at);
  return (
    <div className="grid grid-cols-[minmax(0,9rem)_minmax(0,1fr)] gap-3">
      <Field label={t('mappings.kind')}>
        <Select
          {...editing}
          value={kind}
          onChange={(next) => update(at, starts[next])}
          options={scalarKinds.map((each) => ({ value: each, label: t(`mappings.scalar_${each}`) }))}
        />
      </Field>
      {kind === 'text' && values ? (
        <Field label={label} error={fault}>
          <Select
            {...editing}
            value={String(value)}
            onChange={(next) => update(at, next)}
            options={[...new Set([String(value), ...values])].map((each) => ({ value: each, label: each }))}
          />
        </Field>
      ) : kind === 'text' || kind === 'number' ? (
        <Field label={label} error={fault}>
          <Input
            {...editing}
            type={kind}
            value={String(value)}
            onChange={({ target }) => update(at, kind === 'number' ? Number(target.value) : target.value)}
          />
        </Field>
      ) : null}
    </div>
  );
}

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
    setFault(read.ok ? undefined : t('mappings.notJson', { reason: read.reason }));
    if (read.ok) onChange(read.value);
  };
  return (
    <Field label={label} hint={hint} error={fault ?? error}>
      <TextArea
        {...editing}
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

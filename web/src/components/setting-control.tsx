import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { t } from '#web/lib/i18n/index.ts';
import { Button, IconButton } from './button.tsx';
import { Switch } from './choices.tsx';
import { Input, NumberInput, type Option, Select } from './field.tsx';
import { choiceName, isNullable, type Kind, kindOf, nameOf, type Property, plainOf } from './setting-kinds.ts';

type Values = Readonly<Record<string, unknown>>;

/** Who may change settings of a connection. */
export const permission = 'putConnectionSettings';

export interface SettingControlProps {
  readonly name: string;
  readonly property: Property;
  readonly kind: Kind;
  readonly value: unknown;
  readonly choices: readonly Option[] | undefined;
  readonly faults: ReadonlyMap<string, string>;
  readonly onChange: (value: unknown) => void;
  /** Of a control in a line of several, which has no label of its own. */
  readonly ariaLabel?: string;
}

/** The control of one setting, by its kind: a choice, a table by names, a list of lines. */
export function SettingControl(props: SettingControlProps) {
  const { property, kind, value, choices, onChange, ariaLabel } = props;
  const named = ariaLabel === undefined ? {} : { 'aria-label': ariaLabel };
  const text = value === null || value === undefined ? '' : String(value);
  if (kind === 'table') return <Table {...props} />;
  if (kind === 'rows') return <Rows {...props} />;
  if (kind === 'flag') return <Switch checked={value === true} onChange={onChange} needs={permission} />;
  if (kind === 'choice' || choices) {
    const options = choices ?? (plainOf(property).enum ?? []).map((each) => ({ value: each, label: choiceName(each) }));
    return (
      <Select
        {...named}
        needs={permission}
        value={text}
        options={withPresent(options, text, isNullable(property) || ariaLabel !== undefined)}
        onChange={(next) => onChange(next === '' && ariaLabel === undefined ? undefined : next)}
      />
    );
  }
  if (kind === 'list') {
    const list = Array.isArray(value) ? value.join(', ') : '';
    return (
      <Input
        {...named}
        key={list}
        needs={permission}
        defaultValue={list}
        onBlur={(event) => {
          if (event.target.value !== list) onChange(partsOf(event.target.value));
        }}
      />
    );
  }
  if (kind === 'number') return <NumberSetting {...named} value={value} onChange={onChange} />;
  return (
    <Input
      {...named}
      needs={permission}
      type={kind === 'date' ? 'date' : 'text'}
      value={text}
      onChange={({ target }) => onChange(target.value === '' && isNullable(property) ? undefined : target.value)}
    />
  );
}

interface NumberSettingProps {
  readonly value: unknown;
  readonly onChange: (value: number | undefined) => void;
  readonly 'aria-label'?: string;
}

/** Cleared it is not chosen: it stays blank while the suggestion holds. */
function NumberSetting({ value, onChange, ...named }: NumberSettingProps) {
  const [isCleared, setIsCleared] = useState(false);
  return (
    <NumberInput
      {...named}
      needs={permission}
      placeholder={t('settingForm.notSet')}
      value={isCleared || typeof value !== 'number' ? undefined : value}
      onChange={(next) => {
        setIsCleared(next === undefined);
        onChange(next);
      }}
    />
  );
}

const partsOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

/** The list has what is set, even when the platform does not know it any more. */
function withPresent(options: readonly Option[], present: string, mayBeEmpty: boolean): readonly Option[] {
  const isKnown = present === '' || options.some(({ value }) => value === present);
  return [
    ...(mayBeEmpty || present === '' ? [{ value: '', label: t('settingForm.notSet') }] : []),
    ...options,
    ...(isKnown ? [] : [{ value: present, label: t('settingForm.unknownChoice', { value: present }) }]),
  ];
}

/** A table by names: payment methods, tenders, percentages. */
function Table({ name, property, value, choices, faults, onChange }: SettingControlProps) {
  const [rows, setRows] = useState<readonly (readonly [string, string])[]>(() => entriesOf(value));
  const present = entriesOf(value);
  // What comes from outside (saved, discarded, back to the suggestion) takes the place of what was typed.
  const typed = rows.filter(([key]) => key !== '');
  const current =
    JSON.stringify(Object.fromEntries(typed)) === JSON.stringify(Object.fromEntries(present)) ? rows : present;
  const entry = typeof property.additionalProperties === 'object' ? property.additionalProperties : {};
  const change = (next: readonly (readonly [string, string])[]) => {
    setRows(next);
    onChange(Object.fromEntries(next.filter(([key]) => key !== '')));
  };
  const label = nameOf(name);
  return (
    <div className="flex flex-col items-start gap-2">
      {current.map(([key, each], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the name of a line is what is being typed
        <div key={index} className="w-full">
          <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,1.5fr)_auto] gap-1.5">
            <Input
              aria-label={t('settingForm.keyOf', { setting: label, number: index + 1 })}
              needs={permission}
              value={key}
              onChange={(event) => change(current.with(index, [event.target.value, each]))}
            />
            <SettingControl
              name={name}
              property={entry}
              kind={kindOf(entry)}
              value={each}
              choices={choices}
              faults={faults}
              ariaLabel={t('settingForm.valueOf', { setting: label, number: index + 1 })}
              onChange={(next) => change(current.with(index, [key, String(next ?? '')]))}
            />
            <IconButton
              icon={Trash2}
              label={t('settingForm.removeRow', { number: index + 1 })}
              needs={permission}
              onClick={() => change(current.toSpliced(index, 1))}
            />
          </div>
          <Fault message={faults.get(`${name}.${key}`)} />
        </div>
      ))}
      <AddRow onClick={() => setRows([...current, ['', '']])} />
    </div>
  );
}

const entriesOf = (value: unknown): readonly (readonly [string, string])[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).map(([key, each]) => [key, String(each ?? '')] as const)
    : [];

/** A list of lines, each with the same few members. */
function Rows({ name, property, value, faults, onChange }: SettingControlProps) {
  const rows = Array.isArray(value) ? (value as readonly Values[]) : [];
  const members = Object.entries(property.items?.properties ?? {});
  const label = nameOf(name);
  const fresh = () =>
    Object.fromEntries(members.map(([member, { enum: values }]) => [member, values?.[0] ?? ''] as const));
  return (
    <div className="flex flex-col items-start gap-2">
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing else
        <div key={index} className="w-full">
          <div className="flex items-center gap-1.5">
            {members.map(([member, each]) => (
              <div key={member} className="min-w-0 flex-1">
                <SettingControl
                  name={member}
                  property={each}
                  kind={kindOf(each)}
                  value={row[member]}
                  choices={undefined}
                  faults={faults}
                  ariaLabel={`${label}, ${nameOf(member)} ${index + 1}`}
                  onChange={(next) => onChange(rows.with(index, { ...row, [member]: next }))}
                />
              </div>
            ))}
            <IconButton
              icon={Trash2}
              label={t('settingForm.removeRow', { number: index + 1 })}
              needs={permission}
              onClick={() => onChange(rows.toSpliced(index, 1))}
            />
          </div>
          <Fault message={[...faults].find(([path]) => path.startsWith(`${name}[${index}]`))?.[1]} />
        </div>
      ))}
      <AddRow onClick={() => onChange([...rows, fresh()])} />
    </div>
  );
}

const AddRow = ({ onClick }: { readonly onClick: () => void }) => (
  <Button size="small" icon={Plus} needs={permission} onClick={onClick}>
    {t('settingForm.addRow')}
  </Button>
);

export const Fault = ({ message }: { readonly message: string | undefined }) =>
  message ? <p className="text-xs font-medium text-bad">{message}</p> : null;

import { Plus, RotateCcw, Trash2 } from 'lucide-react';
import { type FormEvent, type ReactNode, useMemo, useState } from 'react';
import {
  type ConnectionSettingChoices,
  type ConnectionSettings,
  SyncProblem,
  useAction,
  useApi,
} from '#web/lib/api.ts';
import { maybe, t } from '#web/lib/i18n/index.ts';
import { Button, IconButton } from './button.tsx';
import { Field, Input, type Option, Select, Switch } from './field.tsx';
import { ErrorState } from './states.tsx';
import { toast } from './toast.tsx';

type Values = Readonly<Record<string, unknown>>;
type Choices = ConnectionSettingChoices['choices'];

/** A property of a JSON Schema, as far as forms need it. */
interface Property {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly anyOf?: readonly Property[];
  readonly items?: Property;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly additionalProperties?: Property | boolean;
}

export interface SettingsGroup {
  readonly title: string;
  readonly names: readonly string[];
}

export interface SettingsFormProps {
  readonly answer: ConnectionSettings;
  /** Which stand together, in order; those of no group come last. */
  readonly groups?: readonly SettingsGroup[];
}

const permission = 'putConnectionSettings';

/**
 * Settings of a connection by the schema the API tells. What was not chosen follows the suggestion, and says so; what the
 * platform refuses is shown at its field.
 */
export function SettingsForm({ answer, groups = [] }: SettingsFormProps) {
  const { platform, settings, chosen: saved } = answer;
  const properties = (answer.schema.properties ?? {}) as Readonly<Record<string, Property>>;
  const [chosen, setChosen] = useState<Values>(saved);
  const [isDirty, setIsDirty] = useState(false);
  const choices = useApi('getConnectionSettingChoices', { platform });
  const save = useAction('putConnectionSettings', {
    onSuccess: (after) => {
      setChosen(after.chosen);
      setIsDirty(false);
      toast(t('settingForm.saved'));
    },
  });
  const faults = useMemo(() => faultsOf(save.error), [save.error]);
  const shown = Object.keys(properties);
  const grouped = new Set(groups.flatMap(({ names }) => names));
  const rest = shown.filter((name) => !grouped.has(name));
  const sections = [
    ...groups.map(({ title, names }) => ({ title, names: names.filter((name) => shown.includes(name)) })),
    ...(rest.length > 0 ? [{ title: '', names: rest }] : []),
  ];
  const change = (name: string, value: unknown) => {
    const { [name]: _before, ...others } = chosen;
    setChosen(value === undefined ? others : { ...others, [name]: value });
    setIsDirty(true);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ platform, body: chosen });
  };
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-6">
      {choices.error && <p className="text-warn">{t('settingForm.choicesFailed')}</p>}
      {sections.map(({ title, names }) => (
        <Section key={title} title={title}>
          {names.map((name) => (
            <SettingField
              key={name}
              name={name}
              property={properties[name] ?? {}}
              value={name in chosen ? chosen[name] : settings[name]}
              isChosen={name in chosen}
              choices={choices.data?.choices}
              faults={faults}
              onChange={(value) => change(name, value)}
            />
          ))}
        </Section>
      ))}
      {save.error && <Refusal error={save.error} shown={shown} />}
      <div className="flex flex-wrap items-center gap-3">
        <Button
          type="submit"
          variant="primary"
          busy={save.isPending}
          needs={permission}
          whyDisabled={isDirty ? undefined : t('settingForm.noChanges')}
        >
          {t('settingForm.save')}
        </Button>
        {isDirty && (
          <Button
            variant="ghost"
            onClick={() => {
              setChosen(saved);
              setIsDirty(false);
              save.reset();
            }}
          >
            {t('settingForm.discard')}
          </Button>
        )}
        {isDirty && <span className="text-xs text-ink-muted">{t('settingForm.unsaved')}</span>}
      </div>
    </form>
  );
}

/** What is said at its field is not said again. */
function Refusal({ error, shown }: { readonly error: Error; readonly shown: readonly string[] }) {
  const paths = error instanceof SyncProblem ? error.errors.map(({ path }) => path.split(/[.[]/)[0] ?? '') : [];
  const isAtFields = paths.length > 0 && paths.every((path) => shown.includes(path));
  if (!isAtFields) return <ErrorState error={error} isInline />;
  return (
    <p role="alert" className="font-medium text-bad">
      {t('settingForm.check')}
    </p>
  );
}

const Section = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <fieldset className="min-w-0">
    {title && <legend className="mb-3 w-full border-b border-line pb-1.5 font-semibold">{title}</legend>}
    <div className="grid grid-cols-[minmax(0,1fr)] gap-x-8 gap-y-5 md:grid-cols-2">{children}</div>
  </fieldset>
);

/** Messages by path: `tax_codes.19`, `posting[0].from`. */
function faultsOf(error: Error | null): ReadonlyMap<string, string> {
  return new Map(error instanceof SyncProblem ? error.errors.map(({ path, message }) => [path, message]) : []);
}

interface SettingFieldProps {
  readonly name: string;
  readonly property: Property;
  readonly value: unknown;
  readonly isChosen: boolean;
  readonly choices: Choices | undefined;
  readonly faults: ReadonlyMap<string, string>;
  /** Undefined: back to the suggestion. */
  readonly onChange: (value: unknown) => void;
}

function SettingField({ name, property, value, isChosen, choices, faults, onChange }: SettingFieldProps) {
  const label = nameOf(name);
  const own = choices?.[name];
  const kind = kindOf(property);
  const below = [...faults].filter(([path]) => path.startsWith(`${name}.`) || path.startsWith(`${name}[`));
  const error = faults.get(name);
  const isTable = kind === 'table' || kind === 'rows';
  const title = (
    <span className="flex flex-wrap items-center gap-2">
      {label}
      {isChosen && <span className="text-xs font-normal text-accent">{t('settingForm.chosen')}</span>}
    </span>
  );
  const control = (
    <div className="flex items-start gap-1.5">
      <div className="min-w-0 flex-1">
        <Control
          name={name}
          property={property}
          kind={kind}
          value={value}
          choices={own}
          faults={new Map(below)}
          onChange={onChange}
        />
      </div>
      {isChosen && (
        <IconButton
          icon={RotateCcw}
          label={`${t('settingForm.useSuggestion')}: ${label}`}
          needs={permission}
          onClick={() => onChange(undefined)}
        />
      )}
    </div>
  );
  if (!isTable) {
    return (
      <Field label={title} hint={hintOf(label, property, kind)} error={error}>
        {control}
      </Field>
    );
  }
  // Several controls: each has a name of its own, and the group the label.
  return (
    <fieldset className="min-w-0 md:col-span-2">
      <legend className="font-medium">{title}</legend>
      <p className="mb-1.5 text-xs text-ink-muted">{hintOf(label, property, kind)}</p>
      {control}
      <Fault message={error} />
    </fieldset>
  );
}

type Kind = 'choice' | 'flag' | 'table' | 'rows' | 'list' | 'date' | 'number' | 'text';

function kindOf(property: Property): Kind {
  const { type, format, items, additionalProperties } = plainOf(property);
  if (plainOf(property).enum) return 'choice';
  if (type === 'boolean') return 'flag';
  if (type === 'array') return items?.type === 'object' ? 'rows' : 'list';
  if (type === 'object' && typeof additionalProperties === 'object') return 'table';
  if (type === 'integer' || type === 'number') return 'number';
  return format === 'date' ? 'date' : 'text';
}

/** Without the null that stands for "nothing chosen". */
const plainOf = (property: Property): Property => property.anyOf?.find(({ type }) => type !== 'null') ?? property;

const isNullable = ({ anyOf = [] }: Property): boolean => anyOf.some(({ type }) => type === 'null');

const nameOf = (name: string): string => maybe('setting', name) ?? sentenceOf(name);
const choiceName = (value: string): string => maybe('settingValue', value) ?? sentenceOf(value);

function sentenceOf(name: string): string {
  const words = name.replaceAll(/[_-]+/g, ' ');
  return `${words[0]?.toUpperCase() ?? ''}${words.slice(1)}`;
}

/** What the label does not say already. */
function hintOf(label: string, { description = '' }: Property, kind: Kind): string | undefined {
  const isSaid = description.toLowerCase().includes(label.toLowerCase()) && description.length < label.length + 12;
  const hints = [description && !isSaid && `${description}.`, kind === 'list' && t('settingForm.listHint')];
  return hints.filter(Boolean).join(' ') || undefined;
}

interface ControlProps {
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

function Control(props: ControlProps) {
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
  const type = kind === 'date' ? 'date' : kind === 'number' ? 'number' : 'text';
  const read = (next: string): unknown =>
    next === '' && isNullable(property) ? undefined : kind === 'number' ? Number(next) : next;
  return (
    <Input
      {...named}
      needs={permission}
      type={type}
      value={text}
      onChange={(event) => onChange(read(event.target.value))}
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
function Table({ name, property, value, choices, faults, onChange }: ControlProps) {
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
            <Control
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
function Rows({ name, property, value, faults, onChange }: ControlProps) {
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
                <Control
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

const Fault = ({ message }: { readonly message: string | undefined }) =>
  message ? <p className="text-xs font-medium text-bad">{message}</p> : null;

import { RotateCcw } from 'lucide-react';
import { type FormEvent, type ReactNode, useMemo, useState } from 'react';
import {
  type ConnectionSettingChoices,
  type ConnectionSettings,
  SyncProblem,
  useAction,
  useApi,
} from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';
import { Button, IconButton } from './button.tsx';
import { Field } from './field.tsx';
import { Fault, permission, SettingControl } from './setting-control.tsx';
import { hintOf, kindOf, nameOf, type Property } from './setting-kinds.ts';
import { SkeletonLines } from './skeleton.tsx';
import { ErrorState } from './states.tsx';
import { toast } from './toast.tsx';

type Values = Readonly<Record<string, unknown>>;
type Choices = ConnectionSettingChoices['choices'];

export interface SettingsGroup {
  readonly title: string;
  readonly names: readonly string[];
}

export interface SettingsFormProps {
  readonly answer: ConnectionSettings;
  /** Which stand together, in order; those of no group come last. */
  readonly groups?: readonly SettingsGroup[];
}

/**
 * Settings of a connection by the schema the API tells. What was not chosen follows the suggestion, and says so; what the
 * platform refuses is shown at its field.
 */
export function SettingsForm({ answer, groups = [] }: SettingsFormProps) {
  const { platform, settings, chosen: saved } = answer;
  const properties = (answer.schema.properties ?? {}) as Readonly<Record<string, Property>>;
  const [chosen, setChosen] = useState<Values>(saved);
  const [isDirty, setIsDirty] = useState(false);
  // What is typed belongs to the values it was typed for: saved or discarded, controls begin anew.
  const [revision, setRevision] = useState(0);
  const settle = (values: Values) => {
    setChosen(values);
    setIsDirty(false);
    setRevision((before) => before + 1);
  };
  const choices = useApi('getConnectionSettingChoices', { platform });
  const save = useAction('putConnectionSettings', {
    onSuccess: (after) => {
      settle(after.chosen);
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
  // A list does not take the place of a field somebody is in.
  if (choices.isPending) return <SkeletonLines />;
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-6">
      {choices.error && <p className="text-warn">{t('settingForm.choicesFailed')}</p>}
      {sections.map(({ title, names }) => (
        <Section key={title} title={title}>
          {names.map((name) => (
            <SettingField
              key={`${name} ${revision}`}
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
              settle(saved);
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
  const [resets, setResets] = useState(0);
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
        <SettingControl
          key={resets}
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
          onClick={() => {
            onChange(undefined);
            setResets(resets + 1);
          }}
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

import { Field, Select } from '#web/components/field.tsx';
import { entityName } from '#web/components/text.tsx';
import { useApi } from '#web/lib/api.ts';
import { maybe, t } from '#web/lib/i18n/index.ts';
import { outcomes } from './filters.ts';

const anything = '';

export interface FilterSelectProps<Value extends string> {
  readonly label: string;
  /** What no choice means. */
  readonly any: string;
  readonly value: Value | undefined;
  readonly onChange: (value: Value | undefined) => void;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
}

/** One filter of a list: a choice, or none. */
export function FilterSelect<Value extends string>(props: FilterSelectProps<Value>) {
  const { label, any, value, onChange, options } = props;
  return (
    <Field label={label}>
      <Select<Value | typeof anything>
        value={value ?? anything}
        onChange={(next) => onChange(next === anything ? undefined : next)}
        options={[{ value: anything, label: any }, ...options]}
      />
    </Field>
  );
}

type ChoiceProps<Value extends string> = Pick<FilterSelectProps<Value>, 'value' | 'onChange'>;

/** By what is synced: the entities there are flows of. */
export function EntityFilter(props: ChoiceProps<string>) {
  const flows = useApi('listFlows', {});
  const entities = [...new Set(flows.data?.items.map(({ entity }) => entity) ?? [])];
  // An entity of the address stays choosable while nobody knows whether it is one.
  const all = props.value && !entities.includes(props.value) ? [...entities, props.value] : entities;
  return (
    <FilterSelect
      {...props}
      label={t('runs.entity')}
      any={t('runs.anyEntity')}
      options={all.map((value) => ({ value, label: entityName(value) }))}
    />
  );
}

export const OutcomeFilter = (props: ChoiceProps<(typeof outcomes)[number]>) => (
  <FilterSelect
    {...props}
    label={t('runs.outcome')}
    any={t('runs.anyOutcome')}
    options={outcomes.map((value) => ({ value, label: maybe('action', value) ?? value }))}
  />
);

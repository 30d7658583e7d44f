import { Plus, X } from 'lucide-react';
import type { MappingPlace } from '#web/lib/api.ts';
import type { Condition, Scalar } from '#web/lib/document.ts';
import { t } from '#web/lib/i18n/index.ts';
import { Button, IconButton } from './button.tsx';
import { useDocument, useFault, usePlace } from './document-editing.ts';
import { DayAt, JsonInput, ListAt, PathAt, ScalarAt, TextAt, ValueAt } from './document-inputs.tsx';
import { Field, Select } from './field.tsx';

const forms = ['present', 'absent', 'equals', 'not_equals', 'in', 'days', 'in_path', 'periods', 'all', 'any'] as const;
type Form = (typeof forms)[number];

/** Those that need no knowledge of the mapping language. */
const plainForms: readonly Form[] = ['equals', 'not_equals', 'in', 'days', 'present', 'absent', 'all', 'any'];

function formOf(condition: Condition): Form | undefined {
  if (condition.is === 'present' || condition.is === 'absent') return condition.is;
  if ('from' in condition || 'to' in condition) return 'days';
  const found = forms.find((form) => form in condition);
  // Both ends of a span of days were cleared.
  return found ?? (Object.keys(condition).join() === 'path' ? 'days' : undefined);
}

/** What can be asked of a place: an instant is compared by days, and only what has days is. */
function fits(form: Form, place: MappingPlace | undefined): boolean {
  if (!place || place.kind === 'any') return true;
  if (form === 'days') return place.kind === 'day' || place.kind === 'instant';
  if (form === 'equals' || form === 'not_equals') return place.kind !== 'instant';
  return form !== 'in' || (place.kind !== 'instant' && place.kind !== 'boolean');
}

function begin(form: Form, before: Condition): Condition {
  const path = typeof before.path === 'string' ? before.path : '';
  const single = formOf(before) === undefined ? [] : [before];
  switch (form) {
    case 'present':
    case 'absent':
      return { path, is: form };
    case 'equals':
    case 'not_equals':
      return { path, [form]: '' };
    case 'in':
      return { path, in: [] };
    case 'days':
      return { path };
    case 'in_path':
      return { path, in_path: '' };
    case 'periods':
      return { path, periods: 'settings.posting', mode: '', before: '' };
    case 'all':
    case 'any': {
      const inner = (before.all ?? before.any) as readonly Condition[] | undefined;
      return { [form]: inner ?? single };
    }
  }
}

export interface ConditionFormProps {
  readonly at: string;
  readonly condition: Condition;
  readonly label: string;
}

/** When something holds; several of them together, as deep as one likes. */
export function ConditionForm({ at, condition, label }: ConditionFormProps) {
  const { update, needs, isPlain } = useDocument();
  const fault = useFault(at);
  const form = formOf(condition);
  const place = usePlace(String(condition.path ?? ''));
  if (form === undefined) {
    return <JsonInput label={label} value={condition} error={fault} onChange={(next) => update(at, next)} />;
  }
  const isGroup = form === 'all' || form === 'any';
  const offered = (isPlain ? plainForms : forms).filter((one) => fits(one, isGroup ? undefined : place));
  return (
    <fieldset className="flex min-w-0 flex-col gap-3 rounded-control border border-line p-3">
      <legend className="px-1 text-xs font-medium text-ink-muted">{label}</legend>
      <div className="grid gap-3 sm:grid-cols-2">
        {!isGroup && <PathAt at={`${at}.path`} label={t('condition.place')} value={String(condition.path ?? '')} />}
        <Field label={t(isGroup ? 'condition.groupHolds' : 'condition.holds')} error={fault}>
          <Select
            needs={needs}
            value={form}
            onChange={(next) => update(at, begin(next, condition))}
            options={[...new Set([...offered, form])].map((value) => ({ value, label: t(`condition.if_${value}`) }))}
          />
        </Field>
        <Comparison at={at} condition={condition} form={form} place={place} />
      </div>
      {isGroup && <Group at={`${at}.${form}`} conditions={(condition[form] ?? []) as readonly Condition[]} />}
    </fieldset>
  );
}

interface ComparisonProps extends Omit<ConditionFormProps, 'label'> {
  readonly form: Form;
  readonly place: MappingPlace | undefined;
}

function Comparison({ at, condition, form, place }: ComparisonProps) {
  const { isPlain } = useDocument();
  switch (form) {
    case 'equals':
    case 'not_equals': {
      const own = { at: `${at}.${form}`, label: t('common.value'), value: condition[form] as Scalar };
      return (
        <div className="sm:col-span-2">
          {isPlain && place ? <ValueAt {...own} place={place} /> : <ScalarAt {...own} values={place?.values} />}
        </div>
      );
    }
    case 'in':
      return (
        <div className="sm:col-span-2">
          <ListAt
            at={`${at}.in`}
            label={t('condition.oneOf')}
            hint={t('condition.oneOfHint')}
            values={Array.isArray(condition.in) ? (condition.in as readonly Scalar[]) : []}
            isNumber={place?.kind === 'integer'}
          />
        </div>
      );
    case 'days':
      return (
        <>
          <DayAt at={`${at}.from`} label={t('condition.from')} value={condition.from as string | undefined} />
          <DayAt at={`${at}.to`} label={t('condition.to')} value={condition.to as string | undefined} />
        </>
      );
    case 'in_path':
      return <PathAt at={`${at}.in_path`} label={t('condition.listAt')} value={String(condition.in_path)} />;
    case 'periods':
      return (
        <>
          <PathAt at={`${at}.periods`} label={t('condition.periods')} value={String(condition.periods)} />
          <TextAt at={`${at}.mode`} label={t('condition.periodMode')} value={String(condition.mode)} />
          <TextAt at={`${at}.before`} label={t('condition.periodBefore')} value={String(condition.before)} />
        </>
      );
    default:
      return null;
  }
}

function Group({ at, conditions }: { readonly at: string; readonly conditions: readonly Condition[] }) {
  const { update, needs } = useDocument();
  return (
    <div className="flex flex-col gap-3">
      {conditions.map((condition, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions are known by their place
        <div key={index} className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-1">
          <ConditionForm
            at={`${at}[${index}]`}
            condition={condition}
            label={t('condition.number', { number: index + 1 })}
          />
          <IconButton
            needs={needs}
            icon={X}
            size="small"
            label={t('condition.remove', { number: index + 1 })}
            onClick={() => update(`${at}[${index}]`, undefined)}
          />
        </div>
      ))}
      <Button
        needs={needs}
        icon={Plus}
        size="small"
        className="self-start"
        onClick={() => update(`${at}[${conditions.length}]`, newCondition)}
      >
        {t('condition.add')}
      </Button>
    </div>
  );
}

/** What a condition begins as. */
export const newCondition: Condition = { path: '', equals: '' };

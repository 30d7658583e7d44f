import { Plus, X } from 'lucide-react';
import { Button, IconButton } from '#web/components/button.tsx';
import { Field, Input, Select } from '#web/components/field.tsx';
import { t } from '#web/lib/i18n/index.ts';
import { editing, useEditor, useFault } from './editor-context.ts';
import { JsonInput, PathAt, ScalarAt, TextAt } from './inputs.tsx';
import type { Condition, Scalar } from './model.ts';

const forms = ['present', 'absent', 'equals', 'not_equals', 'in', 'in_path', 'periods', 'all', 'any'] as const;
type Form = (typeof forms)[number];

function formOf(condition: Condition): Form | undefined {
  if (condition.is === 'present' || condition.is === 'absent') return condition.is;
  return forms.find((form) => form in condition);
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
  const { update } = useEditor();
  const fault = useFault(at);
  const form = formOf(condition);
  if (form === undefined) {
    return <JsonInput label={label} value={condition} error={fault} onChange={(next) => update(at, next)} />;
  }
  const isGroup = form === 'all' || form === 'any';
  return (
    <fieldset className="flex min-w-0 flex-col gap-3 rounded-control border border-line p-3">
      <legend className="px-1 text-xs font-medium text-ink-muted">{label}</legend>
      <div className="grid gap-3 sm:grid-cols-2">
        {!isGroup && <PathAt at={`${at}.path`} label={t('mappings.place')} value={String(condition.path ?? '')} />}
        <Field label={t('mappings.holds')} error={fault}>
          <Select
            {...editing}
            value={form}
            onChange={(next) => update(at, begin(next, condition))}
            options={forms.map((value) => ({ value, label: t(`mappings.if_${value}`) }))}
          />
        </Field>
        <Comparison at={at} condition={condition} form={form} />
      </div>
      {isGroup && <Group at={`${at}.${form}`} conditions={(condition[form] ?? []) as readonly Condition[]} />}
    </fieldset>
  );
}

function Comparison({ at, condition, form }: Omit<ConditionFormProps, 'label'> & { readonly form: Form }) {
  const { update } = useEditor();
  const fault = useFault(`${at}.in`);
  switch (form) {
    case 'equals':
    case 'not_equals':
      return (
        <div className="sm:col-span-2">
          <ScalarAt at={`${at}.${form}`} label={t('common.value')} value={condition[form] as Scalar} />
        </div>
      );
    case 'in': {
      const values = Array.isArray(condition.in) ? condition.in.map(String) : [];
      return (
        <Field label={t('mappings.oneOf')} hint={t('mappings.oneOfHint')} error={fault} className="sm:col-span-2">
          <Input
            {...editing}
            value={values.join(', ')}
            onChange={({ target }) =>
              update(
                `${at}.in`,
                target.value.split(',').map((value) => value.trim()),
              )
            }
          />
        </Field>
      );
    }
    case 'in_path':
      return <PathAt at={`${at}.in_path`} label={t('mappings.listAt')} value={String(condition.in_path)} />;
    case 'periods':
      return (
        <>
          <PathAt at={`${at}.periods`} label={t('mappings.periods')} value={String(condition.periods)} />
          <TextAt at={`${at}.mode`} label={t('mappings.periodMode')} value={String(condition.mode)} />
          <TextAt at={`${at}.before`} label={t('mappings.periodBefore')} value={String(condition.before)} />
        </>
      );
    default:
      return null;
  }
}

function Group({ at, conditions }: { readonly at: string; readonly conditions: readonly Condition[] }) {
  const { update } = useEditor();
  return (
    <div className="flex flex-col gap-3">
      {conditions.map((condition, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions are known by their place
        <div key={index} className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-1">
          <ConditionForm
            at={`${at}[${index}]`}
            condition={condition}
            label={t('mappings.conditionNumber', { number: index + 1 })}
          />
          <IconButton
            {...editing}
            icon={X}
            size="small"
            label={t('mappings.removeCondition', { number: index + 1 })}
            onClick={() => update(`${at}[${index}]`, undefined)}
          />
        </div>
      ))}
      <Button
        {...editing}
        icon={Plus}
        size="small"
        className="self-start"
        onClick={() => update(`${at}[${conditions.length}]`, { path: '', is: 'present' })}
      >
        {t('mappings.addCondition')}
      </Button>
    </div>
  );
}

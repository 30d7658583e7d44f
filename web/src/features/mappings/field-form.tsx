import { Trash2 } from 'lucide-react';
import { useContext } from 'react';
import { Button } from '#web/components/button.tsx';
import { Switch } from '#web/components/choices.tsx';
import { ConditionForm } from '#web/components/condition-form.tsx';
import { useFault } from '#web/components/document-editing.ts';
import { PathAt, ScalarAt, TextAt } from '#web/components/document-inputs.tsx';
import { Field, Select } from '#web/components/field.tsx';
import { entityName } from '#web/components/text.tsx';
import { t } from '#web/lib/i18n/index.ts';
import { EachContext, editing, type Trace, useEditor } from './editor-context.ts';
import { FieldList } from './field-list.tsx';
import { inShort, originOf, origins, type Rule, withOrigin } from './model.ts';
import { Places } from './places.tsx';
import { TransformList } from './transform-list.tsx';

export interface FieldFormProps {
  readonly at: string;
  readonly rule: Rule;
  readonly under: string;
  readonly trace: Trace | undefined;
  readonly onRemove: () => void;
}

/** Everything about one field: where it comes from, what happens to it, when it applies. */
export function FieldForm({ at, rule, under, trace, onRemove }: FieldFormProps) {
  const { update, schema, announce } = useEditor();
  const fault = useFault(at);
  const refFault = useFault(`${at}.ref`);
  const origin = originOf(rule);
  const isList = origin === 'each' || origin === 'element';
  const place = schema.target?.find(({ path }) => path === (under === '' ? rule.to : `${under}.${rule.to}`));
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {fault && (
        <p role="alert" className="font-medium text-bad">
          {fault}
        </p>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <TextAt at={`${at}.to`} label={t('mappings.target')} value={rule.to} />
        <Field label={t('mappings.comesFrom')}>
          <Select
            {...editing}
            value={origin}
            onChange={(next) => update(at, withOrigin(rule, next))}
            options={origins.map((value) => ({ value, label: t(`mappings.from_${value}`) }))}
          />
        </Field>
        <div className="sm:col-span-2">
          <OriginForm at={at} rule={rule} values={place?.values ?? null} />
        </div>
      </div>
      {!isList && (
        <section aria-label={t('mappings.steps')}>
          <h3 className="mb-1.5 font-semibold">{t('mappings.steps')}</h3>
          {trace && trace.outcome !== 'skipped' && (
            <p className="mb-2 font-mono text-xs break-words text-ink-muted">
              {t('mappings.input', { value: inShort(trace.input) || t('common.empty') })}
            </p>
          )}
          <TransformList at={`${at}.via`} via={rule.via ?? []} {...(trace ? { steps: trace.steps } : {})} />
        </section>
      )}
      <Conditional at={`${at}.when`} condition={rule.when} label={t('mappings.when')} />
      {origin === 'each' && <Conditional at={`${at}.only`} condition={rule.only} label={t('mappings.only')} />}
      {isList && (
        <section aria-label={t('mappings.inside', { name: rule.to })}>
          <h3 className="mb-1.5 font-semibold">{t('mappings.inside', { name: rule.to })}</h3>
          <InsideOf at={at} rule={rule} under={under} />
        </section>
      )}
      <div className="flex flex-wrap items-end justify-between gap-4">
        {!isList && (
          <div className="flex flex-wrap items-end gap-x-6 gap-y-3">
            <Field label={t('mappings.refersTo')} error={refFault}>
              <Select
                {...editing}
                value={rule.ref ?? ''}
                onChange={(ref) => update(`${at}.ref`, ref === '' ? undefined : ref)}
                options={[
                  { value: '', label: t('mappings.noReference') },
                  ...[...new Set([...schema.references, ...(rule.ref ? [rule.ref] : [])])].map((entity) => ({
                    value: entity,
                    label: entityName(entity),
                  })),
                ]}
              />
            </Field>
            <Switch
              {...editing}
              label={t('mappings.requiredLabel')}
              checked={rule.required ?? false}
              onChange={(required) => update(`${at}.required`, required || undefined)}
            />
          </div>
        )}
        <Button
          {...editing}
          icon={Trash2}
          size="small"
          variant="danger"
          onClick={() => {
            onRemove();
            update(at, undefined);
            announce(t('mappings.removed', { name: rule.to }));
          }}
        >
          {t('mappings.removeField')}
        </Button>
      </div>
    </div>
  );
}

function InsideOf({ at, rule, under }: Pick<FieldFormProps, 'at' | 'rule' | 'under'>) {
  const outer = useContext(EachContext);
  const inner = under === '' ? `${rule.to}[]` : `${under}.${rule.to}[]`;
  return (
    <EachContext value={rule.each ?? outer}>
      <Places>
        <FieldList at={`${at}.fields`} fields={rule.fields ?? []} under={inner} />
      </Places>
    </EachContext>
  );
}

interface OriginFormProps {
  readonly at: string;
  readonly rule: Rule;
  readonly values: readonly string[] | null;
}

function OriginForm({ at, rule, values }: OriginFormProps) {
  const { update, schema } = useEditor();
  const fault = useFault(`${at}.step`);
  switch (originOf(rule)) {
    case 'from':
      return <PathAt at={`${at}.from`} label={t('mappings.place')} value={rule.from} />;
    case 'first':
      return <FirstOf at={`${at}.first`} paths={rule.first ?? []} />;
    case 'value':
      return <ScalarAt at={`${at}.value`} label={t('common.value')} value={rule.value ?? null} values={values} />;
    case 'template':
      return (
        <TextAt
          at={`${at}.template`}
          label={t('mappings.text')}
          hint={t('mappings.templateHint', { example: '{number}' })}
          value={rule.template}
        />
      );
    case 'each':
      return <PathAt at={`${at}.each`} label={t('mappings.listAt')} hint={t('mappings.eachHint')} value={rule.each} />;
    case 'element':
      return <p className="text-ink-muted">{t('mappings.elementHint')}</p>;
    case 'step':
      return (
        <Field label={t('mappings.document')} error={fault}>
          <Select
            {...editing}
            value={rule.step ?? ''}
            onChange={(step) => update(`${at}.step`, step)}
            options={[...new Set([rule.step ?? '', ...schema.steps])].map((step) => ({
              value: step,
              label: step === '' ? t('mappings.choose') : entityName(step),
            }))}
          />
        </Field>
      );
  }
}

function FirstOf({ at, paths }: { readonly at: string; readonly paths: readonly string[] }) {
  const { update } = useEditor();
  return (
    <div className="flex flex-col gap-2">
      {paths.map((path, index) => (
        <PathAt
          // biome-ignore lint/suspicious/noArrayIndexKey: places are known by their rank
          key={index}
          at={`${at}[${index}]`}
          label={t('mappings.placeNumber', { number: index + 1 })}
          value={path}
          optional={index > 0}
        />
      ))}
      <Button {...editing} size="small" className="self-start" onClick={() => update(`${at}[${paths.length}]`, '')}>
        {t('mappings.addPlace')}
      </Button>
    </div>
  );
}

interface ConditionalProps {
  readonly at: string;
  readonly condition: Rule['when'];
  readonly label: string;
}

/** A condition that may be there or not. */
function Conditional({ at, condition, label }: ConditionalProps) {
  const { update } = useEditor();
  return (
    <div className="flex flex-col gap-2">
      <Switch
        {...editing}
        label={label}
        checked={condition !== undefined}
        onChange={(isOn) => update(at, isOn ? { path: '', is: 'present' } : undefined)}
      />
      {condition && <ConditionForm at={at} condition={condition} label={label} />}
    </div>
  );
}

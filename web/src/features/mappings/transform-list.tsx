import { ArrowDown, ArrowUp, X } from 'lucide-react';
import { IconButton } from '#web/components/button.tsx';
import { ConditionForm } from '#web/components/condition-form.tsx';
import { useFault } from '#web/components/document-editing.ts';
import { JsonInput, NumberAt, PathAt, ScalarAt, TextAt } from '#web/components/document-inputs.tsx';
import { Field, Input, Select, TextArea } from '#web/components/field.tsx';
import type { Condition, Scalar } from '#web/lib/document.ts';
import { maybe, t } from '#web/lib/i18n/index.ts';
import { editing, type Trace, useEditor } from './editor-context.ts';
import { inShort, type Transform } from './model.ts';
import { newTransform, type Parameter, transforms } from './transforms.ts';

const opName = (op: string): string => maybe('mappings', `op_${op}`) ?? op;

export interface TransformListProps {
  readonly at: string;
  readonly via: readonly Transform[];
  /** What each step made of the record that is looked at. */
  readonly steps?: Trace['steps'];
}

/** What happens to a value on its way, one after the other. */
export function TransformList({ at, via, steps = [] }: TransformListProps) {
  const { update } = useEditor();
  const move = (index: number, to: number) => {
    const moved = via[index];
    if (moved) update(at, via.toSpliced(index, 1).toSpliced(to, 0, moved));
  };
  return (
    <div className="flex flex-col gap-2">
      <ol className="flex flex-col gap-2">
        {via.map((transform, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps are known by their place
          <li key={index} className="rounded-control border border-line bg-surface p-3">
            <div className="flex items-center gap-1">
              <span className="min-w-0 flex-1 font-medium">
                {t('mappings.stepNumber', { number: index + 1, name: opName(transform.op) })}
              </span>
              {index > 0 && (
                <IconButton
                  {...editing}
                  icon={ArrowUp}
                  size="small"
                  label={t('mappings.moveUp', { name: opName(transform.op) })}
                  onClick={() => move(index, index - 1)}
                />
              )}
              {index < via.length - 1 && (
                <IconButton
                  {...editing}
                  icon={ArrowDown}
                  size="small"
                  label={t('mappings.moveDown', { name: opName(transform.op) })}
                  onClick={() => move(index, index + 1)}
                />
              )}
              <IconButton
                {...editing}
                icon={X}
                size="small"
                label={t('mappings.removeStep', { name: opName(transform.op) })}
                onClick={() => update(`${at}[${index}]`, undefined)}
              />
            </div>
            <Parameters at={`${at}[${index}]`} transform={transform} />
            {steps[index] && <StepTrace step={steps[index]} />}
          </li>
        ))}
      </ol>
      <Field label={t('mappings.addStep')}>
        <Select
          {...editing}
          value=""
          onChange={(op) => op !== '' && update(`${at}[${via.length}]`, newTransform(op))}
          options={[
            { value: '', label: t('mappings.chooseStep') },
            ...Object.keys(transforms).map((op) => ({ value: op, label: opName(op) })),
          ]}
        />
      </Field>
    </div>
  );
}

function StepTrace({ step }: { readonly step: Trace['steps'][number] }) {
  return (
    <p className="mt-2 font-mono text-xs break-words text-ink-muted">
      {t('mappings.stepTrace', {
        before: inShort(step.before) || t('common.empty'),
        after: inShort(step.after) || t('common.empty'),
      })}
    </p>
  );
}

function Parameters({ at, transform }: { readonly at: string; readonly transform: Transform }) {
  const { update } = useEditor();
  const fault = useFault(at);
  const known = transforms[transform.op];
  if (!known) {
    return (
      <JsonInput label={t('mappings.asText')} value={transform} error={fault} onChange={(next) => update(at, next)} />
    );
  }
  return (
    <>
      {known.parameters && (
        <div className="mt-2 grid gap-3 sm:grid-cols-2">
          {known.parameters.map((parameter) => (
            <ParameterForm key={parameter.name} at={at} parameter={parameter} transform={transform} />
          ))}
        </div>
      )}
      {fault && <p className="mt-1 text-xs font-medium text-bad">{fault}</p>}
    </>
  );
}

interface ParameterFormProps {
  readonly at: string;
  readonly parameter: Parameter;
  readonly transform: Transform;
}

function ParameterForm({ at, parameter: { name, kind, choices = [] }, transform }: ParameterFormProps) {
  const { update } = useEditor();
  const where = `${at}.${name}`;
  const value = transform[name];
  const label = maybe('mappings', `param_${name}`) ?? name;
  const isMissing = value === undefined;
  const isNeeded = transforms[transform.op]?.begin?.[name] !== undefined;
  const own = { at: where, label };
  switch (kind) {
    case 'text':
      return <TextAt {...own} optional={!isNeeded} value={isMissing ? undefined : String(value)} />;
    case 'number':
      return <NumberAt {...own} optional={!isNeeded} value={isMissing ? undefined : Number(value)} />;
    case 'path':
      return <PathAt {...own} optional={!isNeeded} value={isMissing ? undefined : String(value)} />;
    case 'scalar':
      return (
        <div className="sm:col-span-2">
          <ScalarAt {...own} value={value as Scalar | undefined} />
        </div>
      );
    case 'paths':
      return <Paths {...own} value={value} />;
    case 'choice':
      return (
        <Field label={label} optional>
          <Select
            {...editing}
            value={isMissing ? '' : String(value)}
            onChange={(next) => update(where, next === '' ? undefined : next)}
            options={['', ...choices].map((choice) => ({
              value: choice,
              label: choice === '' ? t('mappings.usual') : (maybe('mappings', `choice_${choice}`) ?? choice),
            }))}
          />
        </Field>
      );
    case 'marks':
      return <Marks at={where} label={label} value={value as Marks | undefined} />;
    case 'condition':
      return (
        <div className="sm:col-span-2">
          <ConditionForm {...own} condition={(value ?? { path: 'value', is: 'present' }) as Condition} />
        </div>
      );
    case 'branch':
      return (
        <div className="sm:col-span-2">
          <Branch {...own} value={value as Readonly<Record<string, unknown>> | undefined} isNeeded={isNeeded} />
        </div>
      );
    case 'cel':
      return <Expression at={where} label={label} value={String(value ?? '')} />;
  }
}

/** Checked by the API as it is typed: what is wrong with it stands below it. */
function Expression({ at, label, value }: { readonly at: string; readonly label: string; readonly value: string }) {
  const { update } = useEditor();
  return (
    <Field label={label} hint={t('mappings.expressionHint')} error={useFault(at)} className="sm:col-span-2">
      <TextArea
        {...editing}
        rows={2}
        spellCheck={false}
        className="font-mono"
        value={value}
        onChange={({ target }) => update(at, target.value)}
      />
    </Field>
  );
}

function Paths({ at, label, value }: { readonly at: string; readonly label: string; readonly value: unknown }) {
  const { update } = useEditor();
  const paths = Array.isArray(value) ? value.map(String) : [];
  return (
    <Field label={label} hint={t('mappings.pathsHint')} error={useFault(at)}>
      <Input
        {...editing}
        className="font-mono"
        value={paths.join(', ')}
        onChange={({ target }) =>
          update(
            at,
            target.value.split(',').map((path) => path.trim()),
          )
        }
      />
    </Field>
  );
}

interface Marks {
  readonly decimal: string;
  readonly group?: string;
}

/** How a number is written: which mark divides whole from part, and which the thousands. */
function Marks({
  at,
  label,
  value,
}: {
  readonly at: string;
  readonly label: string;
  readonly value: Marks | undefined;
}) {
  const { update } = useEditor();
  const written = value === undefined ? '' : `${value.group ?? ''}|${value.decimal}`;
  return (
    <Field label={label} optional error={useFault(at)}>
      <Select
        {...editing}
        value={written}
        onChange={(next) => {
          const [group = '', decimal = '.'] = next.split('|');
          update(at, next === '' ? undefined : { decimal, ...(group === '' ? {} : { group }) });
        }}
        options={[
          { value: '', label: t('mappings.usual') },
          ...['|.', '|,', ',|.', '.|,', ' |,', "'|."].map((marks) => {
            const [group = '', decimal = '.'] = marks.split('|');
            return { value: marks, label: `1${group}234${decimal}56` };
          }),
        ]}
      />
    </Field>
  );
}

const sides = ['value', 'path', 'template', 'via'] as const;
const sideStarts = { value: '', path: '', template: '', via: [] } as const;

interface BranchProps {
  readonly at: string;
  readonly label: string;
  readonly value: Readonly<Record<string, unknown>> | undefined;
  readonly isNeeded: boolean;
}

/** One side of a decision: a constant, a place, a text with holes, or further steps. */
function Branch({ at, label, value, isNeeded }: BranchProps) {
  const { update } = useEditor();
  const side = sides.find((name) => value && name in value);
  return (
    <div className="flex flex-col gap-3 rounded-control border border-line p-3">
      <Field label={label} error={useFault(at)}>
        <Select
          {...editing}
          value={side ?? ''}
          onChange={(next) => update(at, next === '' ? undefined : { [next]: sideStarts[next] })}
          options={[
            ...(isNeeded ? [] : [{ value: '' as const, label: t('mappings.side_same') }]),
            ...sides.map((name) => ({ value: name, label: t(`mappings.side_${name}`) })),
          ]}
        />
      </Field>
      {side === 'value' && <ScalarAt at={`${at}.value`} label={t('common.value')} value={value?.value as Scalar} />}
      {side === 'path' && <PathAt at={`${at}.path`} label={t('mappings.place')} value={String(value?.path)} />}
      {side === 'template' && (
        <TextAt at={`${at}.template`} label={t('mappings.text')} value={String(value?.template)} />
      )}
      {side === 'via' && <TransformList at={`${at}.via`} via={(value?.via ?? []) as readonly Transform[]} />}
    </div>
  );
}

import { Plus, Trash2 } from 'lucide-react';
import { Badge } from '#web/components/badge.tsx';
import { Button } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { ConditionForm } from '#web/components/condition-form.tsx';
import { useFault } from '#web/components/document-editing.ts';
import { JsonInput, TextAt } from '#web/components/document-inputs.tsx';
import { Field, Select } from '#web/components/field.tsx';
import { EmptyState } from '#web/components/states.tsx';
import type { Condition } from '#web/lib/document.ts';
import { t } from '#web/lib/i18n/index.ts';
import { editing, useEditor, useFaultsIn } from './editor-context.ts';

interface RuleOf extends Readonly<Record<string, unknown>> {
  readonly when?: Condition;
}

const lists = {
  include: { begin: { when: { path: '', is: 'present' }, otherwise: '' }, texts: ['otherwise'] },
  require: {
    begin: { when: { path: '', is: 'present' }, code: 'mapping.refused', field: '', reason: '', fix: '' },
    texts: ['reason', 'fix', 'field', 'code'],
  },
} as const;

/** Members of a document that are rarely changed: shown as text, checked like everything else. */
const others = ['derive', 'instead', 'after', 'settlement', 'provides'] as const;

/** Which records are written at all, which fail, and what else the document says. */
export function RulesTab({ held }: { readonly held: ReadonlyMap<string, boolean> }) {
  return (
    <div className="flex flex-col gap-5">
      <RuleList name="include" held={held} />
      <RuleList name="require" held={held} />
      <Card title={t('mappings.others')} description={t('mappings.othersHint')}>
        <div className="grid gap-5 lg:grid-cols-2">
          {others.map((name) => (
            <Member key={name} name={name} />
          ))}
        </div>
      </Card>
    </div>
  );
}

interface RuleListProps {
  readonly name: keyof typeof lists;
  readonly held: ReadonlyMap<string, boolean>;
}

function RuleList({ name, held }: RuleListProps) {
  const { document, update } = useEditor();
  const listFault = useFault(name);
  const list = document[name] ?? [];
  const { begin, texts } = lists[name];
  if (!Array.isArray(list)) return <Member name={name} />;
  const rules = list as readonly RuleOf[];
  return (
    <Card
      title={t(`mappings.${name}`)}
      description={t(`mappings.${name}Hint`)}
      actions={
        <Button {...editing} icon={Plus} size="small" onClick={() => update(`${name}[${rules.length}]`, begin)}>
          {t('mappings.addRule')}
        </Button>
      }
    >
      {listFault && <p className="mb-3 font-medium text-bad">{listFault}</p>}
      {rules.length === 0 && <EmptyState title={t('mappings.noRules')} />}
      <ol className="flex flex-col gap-4">
        {rules.map((rule, index) => {
          const at = `${name}[${index}]`;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: rules are known by their place
            <li key={index} className="flex flex-col gap-3 border-b border-line pb-4 last:border-0 last:pb-0">
              <ConditionForm at={`${at}.when`} condition={rule.when ?? {}} label={t(`mappings.${name}When`)} />
              <div className="grid gap-3 sm:grid-cols-2">
                {texts.map((text) => (
                  <TextAt
                    key={text}
                    at={`${at}.${text}`}
                    label={t(`mappings.rule_${text}`)}
                    value={typeof rule[text] === 'string' ? rule[text] : ''}
                  />
                ))}
                {name === 'include' && <Written at={`${at}.written`} value={rule.written} />}
              </div>
              <div className="flex flex-wrap items-center justify-between gap-2">
                <Held held={held.get(at)} />
                <Button {...editing} icon={Trash2} size="small" variant="danger" onClick={() => update(at, undefined)}>
                  {t('mappings.removeRule')}
                </Button>
              </div>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}

function Held({ held }: { readonly held: boolean | undefined }) {
  if (held === undefined) return <span />;
  return held ? (
    <Badge tone="good">{t('mappings.ruleHolds')}</Badge>
  ) : (
    <Badge tone="warn">{t('mappings.ruleDoesNot')}</Badge>
  );
}

const writtenChoices = ['', 'archive', 'keep'] as const;

function Written({ at, value }: { readonly at: string; readonly value: unknown }) {
  const { update } = useEditor();
  return (
    <Field label={t('mappings.written')} error={useFault(at)}>
      <Select
        {...editing}
        value={writtenChoices.find((choice) => choice === value) ?? ''}
        onChange={(next) => update(at, next === '' ? undefined : next)}
        options={writtenChoices.map((choice) => ({
          value: choice,
          label: t(choice === '' ? 'mappings.written_ask' : `mappings.written_${choice}`),
        }))}
      />
    </Field>
  );
}

function Member({ name }: { readonly name: string }) {
  const { document, update } = useEditor();
  const faults = useFaultsIn(name).map(({ path, message }) => `${path}: ${message}`);
  return (
    <JsonInput
      label={name}
      value={document[name]}
      error={faults.join(' ') || undefined}
      onChange={(value) => update(name, value)}
    />
  );
}

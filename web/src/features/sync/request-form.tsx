import { getRouteApi } from '@tanstack/react-router';
import { ListChecks } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Button } from '#web/components/button.tsx';
import { RadioGroup } from '#web/components/choices.tsx';
import { Field, Input, Select, TextArea } from '#web/components/field.tsx';
import { flowName, useFlows } from '#web/components/flow-name.tsx';
import { StartProblem } from '#web/components/sync-problem.tsx';
import { entityName, platformName } from '#web/components/text.tsx';
import { type Flow, type StartDryRun, SyncProblem, useAction } from '#web/lib/api.ts';
import { useDenial } from '#web/lib/auth/index.ts';
import { t } from '#web/lib/i18n/index.ts';
import { filled } from '#web/lib/search.ts';
import { canRun, listed, requestOf, type Wanted, type Way, waysOf } from './request.ts';

const route = getRouteApi('/sync');
const modes = ['incremental', 'full', 'sweep'] as const satisfies readonly StartDryRun['mode'][];

/** What to sync. It stays in the address: a plan can be changed by going back, and other pages can ask for one. */
export function RequestForm({ flows }: { readonly flows: readonly Flow[] }) {
  const denial = useDenial('startDryRun');
  const asked = route.useSearch();
  const navigate = route.useNavigate();
  const [wanted, setWanted] = useState<Wanted>(asked);
  const change = (part: Partial<Wanted>) => setWanted({ ...wanted, ...part });
  const plan = useAction('startDryRun', {
    changes: ['listSyncs'],
    onSuccess: ({ sync_id: planId }) => void navigate({ to: '/sync/plan/$planId', params: { planId } }),
  });
  const entities = [...new Set(flows.filter(canRun).map(({ entity }) => entity))];
  const entity = entities.find((name) => name === wanted.entity) ?? entities.find(isUsual) ?? entities[0] ?? '';
  const ids = listed(wanted.ids);
  const ways = waysOf(
    flows.filter((flow) => flow.entity === entity),
    { isNamed: ids.length > 0 },
  );
  const way = ways.find(({ id }) => id === wanted.way) ?? ways[0];
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await navigate({ search: filled({ ...wanted, entity }), replace: true });
    plan.mutate({ body: requestOf(wanted, entity, way) });
  };
  const faultOf = (...paths: string[]) => faultAt(plan.error, paths);
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-6" noValidate>
      <Field label={t('sync.what')} className="max-w-sm">
        <Select
          value={entity}
          onChange={(next) => setWanted({ ...filled({ ...wanted, way: '' }), entity: next })}
          options={entities.map((value) => ({ value, label: entityName(value) }))}
        />
      </Field>
      {ways.length > 1 && (
        <Choice label={t('sync.flow')}>
          <WayChoice ways={ways} value={way?.id ?? ''} onChange={(next) => change({ way: next })} />
        </Choice>
      )}
      <Choice label={t('sync.howMuch')}>
        <RadioGroup
          name={t('sync.howMuch')}
          value={ids.length > 0 ? 'full' : (wanted.mode ?? 'incremental')}
          onChange={(mode) => change({ mode })}
          options={modes.map((value) => ({ value, label: t(`sync.${value}`), hint: t(`sync.${value}Hint`) }))}
        />
      </Choice>
      <fieldset className="grid gap-4 sm:grid-cols-2">
        <legend className="mb-2 font-medium">{t('sync.only')}</legend>
        <Field label={t('sync.from')} optional error={faultOf('filters.date_range.start')}>
          <Input type="date" value={wanted.from ?? ''} onChange={(event) => change({ from: event.target.value })} />
        </Field>
        <Field label={t('sync.to')} optional error={faultOf('filters.date_range.end', 'filters.date_range')}>
          <Input type="date" value={wanted.to ?? ''} onChange={(event) => change({ to: event.target.value })} />
        </Field>
        <Field label={t('sync.status')} hint={t('sync.statusHint')} optional error={faultOf('filters.status')}>
          <Input value={wanted.status ?? ''} onChange={(event) => change({ status: event.target.value })} />
        </Field>
        <Field
          label={t('sync.ids')}
          hint={ids.length > 0 ? t('sync.idsCount', { count: ids.length }) : t('sync.idsHint')}
          optional
          error={faultOf('ids')}
        >
          <TextArea rows={2} value={wanted.ids ?? ''} onChange={(event) => change({ ids: event.target.value })} />
        </Field>
      </fieldset>
      {plan.error && <StartProblem error={plan.error} />}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" variant="primary" icon={ListChecks} needs="startDryRun" busy={plan.isPending}>
          {t('sync.plan')}
        </Button>
        {denial && <p className="text-ink-muted">{denial}</p>}
      </div>
    </form>
  );
}

/** A group of radios with its name above it; the group itself says the name to those who do not see it. */
const Choice = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  <div className="flex flex-col gap-2">
    <span aria-hidden className="font-medium">
      {label}
    </span>
    {children}
  </div>
);

interface WayChoiceProps {
  readonly ways: readonly Way[];
  readonly value: string;
  readonly onChange: (way: string) => void;
}

function WayChoice({ ways, value, onChange }: WayChoiceProps) {
  const names = useFlows();
  return (
    <RadioGroup
      name={t('sync.flow')}
      value={value}
      onChange={onChange}
      options={ways.map(({ id, ends: { source }, flows }) => ({
        value: id,
        ...(flows.length > 1
          ? {
              label: source
                ? t('sync.allFrom', { platform: platformName(source), count: flows.length })
                : t('sync.allFlows', { count: flows.length }),
              hint: t('sync.allFlowsHint'),
            }
          : {
              label: flowName(names, id),
              hint: t('sync.writes', {
                documents: flows
                  .flatMap(({ target }) => target.documents)
                  .map(entityName)
                  .join(', '),
              }),
            }),
      }))}
    />
  );
}

/** What most people want to sync, where there are such. */
const isUsual = (entity: string): boolean => entity === 'orders';

/** The message of the first fault at one of the paths, or below it. */
function faultAt(error: Error | null, paths: readonly string[]): string | undefined {
  if (!(error instanceof SyncProblem)) return undefined;
  return error.errors.find((fault) => paths.some((path) => isAt(fault.path, path)))?.message;
}

const isAt = (fault: string, path: string): boolean => fault === path || fault.startsWith(`${path}[`);

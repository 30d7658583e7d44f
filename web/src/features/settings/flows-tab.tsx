import { Filter } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { RadioGroup, Switch } from '#web/components/choices.tsx';
import { conditionInWords } from '#web/components/condition-in-words.ts';
import { Select } from '#web/components/field.tsx';
import { Loaded } from '#web/components/states.tsx';
import { entityName, platformName } from '#web/components/text.tsx';
import { toast, toastError } from '#web/components/toast.tsx';
import { type Flow, type SyncDirection, useAction, useApi } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';
import { FilterDialog } from './filter-dialog.tsx';
import { connectedFirst, FlowName, flowName } from './flow-name.tsx';
import { Row, Rows } from './rows.tsx';
import { conflictOptions, type Direction, directionOptions, directions, withDefault } from './terms.ts';
import { useFlowChange } from './use-flow-change.ts';

/** Which way records go, who is right, and what each flow does about it. */
export function FlowsTab() {
  const direction = useApi('getSyncDirection');
  const flows = useApi('listFlows');
  return (
    <div className="flex flex-col gap-5">
      <Loaded query={direction}>
        {(answer) => (
          <>
            <DirectionCard direction={answer} />
            <Loaded query={flows}>{({ items }) => <EntitiesCard direction={answer} flows={items} />}</Loaded>
          </>
        )}
      </Loaded>
      <FlowsCard />
    </div>
  );
}

function useDirectionChange() {
  return useAction('putSyncDirection', {
    changes: ['getSyncDirection', 'listFlows'],
    onSuccess: () => toast(t('settings.saved')),
    onError: toastError,
  });
}

function DirectionCard({ direction }: { readonly direction: SyncDirection }) {
  const change = useDirectionChange();
  return (
    <Card title={t('settings.direction')} description={t('settings.directionHint')}>
      <RadioGroup
        isSavedAtOnce
        name={t('settings.direction')}
        needs="putSyncDirection"
        whyDisabled={change.isPending ? t('common.loading') : undefined}
        value={direction.all}
        onChange={(all) => change.mutate({ body: { ...direction, all } })}
        options={directions.map((value) => ({
          value,
          label: t(`settings.direction_${value}`),
          hint: t(`settings.direction_${value}Hint`),
        }))}
      />
    </Card>
  );
}

interface EntityRow {
  readonly entity: string;
  readonly platforms: readonly string[];
}

function EntitiesCard({ direction, flows }: { readonly direction: SyncDirection; readonly flows: readonly Flow[] }) {
  const change = useDirectionChange();
  const rows: readonly EntityRow[] = [...Map.groupBy(flows, ({ entity }) => entity)].map(([entity, own]) => ({
    entity,
    platforms: [...new Set(own.flatMap(({ source, target }) => [source.platform, target.platform]))],
  }));
  const set = (name: 'entities' | 'source_of_truth', entity: string, value: string) => {
    const { [entity]: _before, ...others } = direction[name];
    change.mutate({ body: { ...direction, [name]: value === 'default' ? others : { ...others, [entity]: value } } });
  };
  return (
    <Card title={t('settings.byRecord')} description={t('settings.byRecordHint')} isFlush>
      <Rows
        label={t('settings.byRecord')}
        heads={[t('settings.records'), t('settings.direction'), t('settings.truth')]}
      >
        {rows.map(({ entity, platforms }) => (
          <Row key={entity}>
            <span className="font-medium">{entityName(entity)}</span>
            <Select<Direction | 'default'>
              aria-label={t('settings.directionOf', { entity: entityName(entity) })}
              needs="putSyncDirection"
              value={direction.entities[entity] ?? 'default'}
              options={withDefault(directionOptions(), t('settings.likeAll'))}
              onChange={(value) => set('entities', entity, value)}
            />
            <Select
              aria-label={t('settings.truthOf', { entity: entityName(entity) })}
              needs="putSyncDirection"
              value={direction.source_of_truth[entity] ?? 'default'}
              options={withDefault(
                platforms.map((value) => ({ value, label: platformName(value) })),
                t('settings.truthDefault'),
              )}
              onChange={(value) => set('source_of_truth', entity, value)}
            />
          </Row>
        ))}
      </Rows>
    </Card>
  );
}

const recordsOf = ({ filter }: Flow): string => t(filter ? 'settings.someRecords' : 'settings.allRecords');

function FlowsCard() {
  const flows = useApi('listFlows');
  const { change, isPending } = useFlowChange({ onError: toastError });
  const [filtered, setFiltered] = useState<Flow>();
  return (
    <Card title={t('settings.flows')} description={t('settings.flowsHint')} isFlush>
      <Loaded query={flows}>
        {({ items }) => (
          <Rows
            label={t('settings.flows')}
            heads={[t('settings.flow'), t('settings.conflict'), t('settings.runsWith')]}
          >
            {connectedFirst(items).map((flow) => (
              <Row key={flow.flow_id}>
                <FlowName flow={flow}>
                  {flow.filter && <span className="break-words">{conditionInWords(flow.filter)}</span>}
                </FlowName>
                <Select
                  aria-label={t('settings.conflictOf', { flow: flowName(flow) })}
                  needs="putFlow"
                  value={flow.chosen.conflict ?? 'default'}
                  options={withDefault(
                    conflictOptions(),
                    t('settings.followsRecord', { value: t(`settings.conflict_${flow.conflict}`) }),
                  )}
                  onChange={(value) => change(flow, { conflict: value === 'default' ? undefined : value })}
                />
                <div className="flex flex-wrap items-center justify-between gap-2">
                  <Switch
                    name={t('settings.runsOf', { flow: flowName(flow) })}
                    checked={flow.active}
                    needs="putFlow"
                    whyDisabled={isPending ? t('common.loading') : undefined}
                    onChange={(enabled) => change(flow, { enabled })}
                  />
                  <Button
                    size="small"
                    icon={Filter}
                    aria-label={t('settings.filterOf', { records: recordsOf(flow), flow: flowName(flow) })}
                    onClick={() => setFiltered(flow)}
                  >
                    {recordsOf(flow)}
                  </Button>
                </div>
              </Row>
            ))}
          </Rows>
        )}
      </Loaded>
      {filtered && <FilterDialog flow={filtered} onClose={() => setFiltered(undefined)} />}
    </Card>
  );
}

import { History } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '#web/components/badge.tsx';
import { Button } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { DiffRows } from '#web/components/diff.tsx';
import { Field, Select } from '#web/components/field.tsx';
import { Progress } from '#web/components/progress.tsx';
import { EmptyState, ErrorState, Loaded } from '#web/components/states.tsx';
import { live, type MappingReplay, useAction, useApi } from '#web/lib/api.ts';
import type { Document } from '#web/lib/document.ts';
import { t } from '#web/lib/i18n/index.ts';

const counts = ['20', '50', '100', '200'] as const;
const isOver = ({ status }: MappingReplay) => ['completed', 'failed', 'cancelled'].includes(status);

export interface ReplayTabProps {
  readonly mappingId: string;
  readonly draft: Document;
  /** Why it cannot be tried now. */
  readonly whyDisabled: string | undefined;
}

/** What the draft would have made of the last records, compared with the mapping in use. Writes nothing. */
export function ReplayTab({ mappingId, draft, whyDisabled }: ReplayTabProps) {
  const [records, setRecords] = useState<(typeof counts)[number]>('50');
  const start = useAction('startMappingReplay', { changes: [] });
  const replayId = start.data?.replay_id;
  const replay = useApi(
    'getMappingReplay',
    { replay_id: replayId ?? '' },
    { enabled: replayId !== undefined, every: live((answer) => !isOver(answer)) },
  );
  return (
    <Card title={t('mappings.tab_replay')} description={t('mappings.replayHint')}>
      <div className="mb-4 flex flex-wrap items-end gap-3">
        <Field label={t('mappings.replayCount')}>
          <Select
            value={records}
            onChange={setRecords}
            options={counts.map((value) => ({ value, label: t('mappings.lastRecords', { count: Number(value) }) }))}
          />
        </Field>
        <Button
          icon={History}
          variant="primary"
          needs="startMappingReplay"
          whyDisabled={whyDisabled}
          busy={start.isPending || (replay.data !== undefined && !isOver(replay.data))}
          onClick={() => start.mutate({ mapping_id: mappingId, body: { document: draft, records: Number(records) } })}
        >
          {t('mappings.replay')}
        </Button>
      </div>
      {start.error && <ErrorState error={start.error} isInline />}
      {replayId !== undefined && <Loaded query={replay}>{(answer) => <Result replay={answer} />}</Loaded>}
    </Card>
  );
}

function Result({ replay }: { readonly replay: MappingReplay }) {
  const { records, different, items, failure } = replay;
  if (failure) {
    return (
      <p role="alert" className="font-medium text-bad">
        {failure.reason}
      </p>
    );
  }
  if (!isOver(replay)) return <Progress label={t('mappings.replaying')} percent={null} />;
  if (records === 0) return <EmptyState title={t('mappings.replayNone')} hint={t('mappings.replayNoneHint')} />;
  if (different === 0) return <EmptyState title={t('mappings.replaySame', { count: records })} />;
  return (
    <section aria-label={t('mappings.differences')} className="flex flex-col gap-3">
      <p role="status" className="font-medium">
        {t('mappings.replayDifferent', { different, count: records })}
      </p>
      <ul className="flex flex-col gap-2">
        {items.map(({ source_id, label, change, active, draft, fields }, index) => (
          <li key={source_id}>
            <details className="rounded-control border border-line px-3 py-2" open={index === 0 || items.length <= 5}>
              <summary className="font-medium">
                {label}{' '}
                <span className="font-normal text-ink-muted">
                  {t('mappings.fieldsCount', { count: fields.length })}
                </span>
                {change === 'unreadable' && <Badge tone="bad">{t('mappings.unreadable')}</Badge>}
              </summary>
              <Outcomes before={active} after={draft} />
              <DiffRows fields={fields} />
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Where one of the two writes nothing: why. */
function Outcomes({ before, after }: { readonly before: unknown; readonly after: unknown }) {
  const [was, is] = [reasonOf(before), reasonOf(after)];
  if (was === undefined && is === undefined) return null;
  return (
    <p className="py-1 text-ink-muted">
      {t('mappings.outcomes', { before: was ?? t('mappings.isWritten'), after: is ?? t('mappings.isWritten') })}
    </p>
  );
}

function reasonOf(outcome: unknown): string | undefined {
  const { kind, reason } = (outcome ?? {}) as { readonly kind?: string; readonly reason?: string | null };
  return kind === 'mapped' || kind === undefined ? undefined : (reason ?? kind);
}

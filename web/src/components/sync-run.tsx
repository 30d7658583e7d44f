import { Badge } from '#web/components/badge.tsx';
import { Progress } from '#web/components/progress.tsx';
import { entityName, platformName } from '#web/components/text.tsx';
import type { Sync, SyncDetail } from '#web/lib/api.ts';
import { formatDuration, formatNumber } from '#web/lib/format.ts';
import { maybe, t } from '#web/lib/i18n/index.ts';

const finals: ReadonlySet<Sync['status']> = new Set(['completed', 'failed', 'cancelled']);
export const isGoingOn = ({ status }: { readonly status: Sync['status'] }): boolean => !finals.has(status);

/** What it is beside a sync: a plan that writes nothing, one that takes another back, or one that tries again. */
export function SyncKind({ sync }: { readonly sync: Sync }) {
  const kind = kindOf(sync);
  return kind === undefined ? null : <Badge>{kind}</Badge>;
}

function kindOf({ undoes, dry_run: isPlan, retry }: Sync): string | undefined {
  if (undoes) return t('runs.undo');
  if (isPlan) return t('runs.dryRun');
  return retry ? t('runs.retry') : undefined;
}

/** Who asked for a sync: a person, a platform that told of a change, or the product by itself. */
export function requester(name: string): string {
  const [kind = '', rest] = name.split(':');
  if (kind === 'webhook' && rest) return t('runs.byWebhook', { platform: platformName(rest) });
  if (kind === 'schedule') return t('runs.bySchedule');
  return kind === 'automatic retry' ? t('runs.byItself') : name;
}

/** How much it takes: everything, what changed, or so many named records. An undo takes what its sync wrote. */
export function scopeOf({ mode, ids, undoes }: Pick<Sync, 'mode' | 'ids' | 'undoes'>): string {
  if (undoes && !ids) return t('runs.whatItWrote');
  return ids ? t('runs.someRecords', { count: ids.length }) : (maybe('mode', mode) ?? mode);
}

/** How far it is: a bar, what was read, how fast, and how long it still takes. */
export function SyncProgress({ sync }: { readonly sync: SyncDetail }) {
  const { percent, eta_seconds: eta, rate_per_second: rate, counts } = sync.progress;
  const isLive = isGoingOn(sync);
  const parts = [readSoFar(sync), ...(isLive && rate ? [t('runs.rate', { rate: Math.round(rate) })] : [])];
  return (
    <div className="flex flex-col gap-1.5">
      <Progress
        label={t('runs.progressOf', { entity: entityName(sync.entity) })}
        percent={percent}
        tone={toneOf(sync)}
      />
      <p className="flex flex-wrap justify-between gap-x-3 text-xs text-ink-muted tabular">
        <span>
          {parts.join(' · ')}
          {counts.failed > 0 && (
            <span className="text-bad">{` · ${t('runs.failedCount', { count: counts.failed })}`}</span>
          )}
        </span>
        {isLive && eta !== null && <span>{t('time.left', { duration: formatDuration(eta) })}</span>}
      </p>
    </div>
  );
}

function toneOf({ status }: SyncDetail): 'accent' | 'good' | 'warn' | 'bad' {
  if (status === 'completed') return 'good';
  if (status === 'paused' || status === 'cancelled') return 'warn';
  return status === 'failed' ? 'bad' : 'accent';
}

function readSoFar(sync: SyncDetail): string {
  const { counts, total } = sync.progress;
  // What sources said beforehand matters as long as one waits for it.
  if (total === null || !isGoingOn(sync)) return t('runs.read', { count: counts.read });
  return t('runs.readOf', { read: formatNumber(counts.read), total: formatNumber(total) });
}

import type { LinkProps } from '@tanstack/react-router';
import { platformName } from '#web/components/text.tsx';
import type { Conflict, ConnectorHealth, FailureCause, Reconciliation } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';

/** One thing a person should look at. */
export interface AttentionItem {
  readonly id: string;
  readonly tone: 'bad' | 'warn';
  readonly title: string;
  readonly hint: string;
  readonly to: NonNullable<LinkProps['to']>;
  readonly deed: string;
}

/** What is known of the shop; what has not been read yet is empty. */
export interface Situation {
  readonly connectors: readonly ConnectorHealth[];
  readonly causes: readonly FailureCause[];
  readonly conflicts: readonly Conflict[];
  readonly moreConflicts: boolean;
  readonly comparison: Reconciliation | undefined;
}

/** In the order in which it should be dealt with: what stops everything, what stops records, what wants a decision. */
export function attentionOf({ connectors, causes, conflicts, moreConflicts, comparison }: Situation): AttentionItem[] {
  const isInUse = connectors.filter(({ status }) => status !== 'disconnected').length > 1;
  return [
    // Any two make a pair to keep in step: the others may stay away for good.
    ...connectors.filter(({ status }) => !isInUse || status !== 'disconnected').flatMap(ofConnector),
    ...causes.filter(({ count }) => count.open > 0).map(ofCause),
    ...ofConflicts(conflicts.length, moreConflicts),
    ...ofComparison(comparison),
  ].toSorted((a, b) => weight(a) - weight(b));
}

const weight = ({ tone }: AttentionItem): number => (tone === 'bad' ? 0 : 1);

function ofConnector({ platform, status, failure, breaker, enabled }: ConnectorHealth): AttentionItem[] {
  const name = platformName(platform);
  const base = { id: `connection-${platform}`, to: '/connections', deed: t('overview.look') } as const;
  if (status === 'reauth_required') {
    const hint = failure?.fix ?? t('overview.signInAgainHint');
    const title = t('overview.signInAgain', { platform: name });
    return [{ ...base, tone: 'bad', title, hint, deed: t('overview.connect') }];
  }
  if (status === 'disconnected') {
    const [title, hint] = [t('overview.notConnected', { platform: name }), t('overview.notConnectedHint')];
    return [{ ...base, tone: 'warn', title, hint, deed: t('overview.connect') }];
  }
  if (!enabled) return [];
  if (breaker.state === 'open') {
    const title = t('overview.connectionResting', { platform: name });
    return [{ ...base, tone: 'warn', title, hint: failure?.reason ?? t('overview.connectionRestingHint') }];
  }
  if (status === 'connected') return [];
  const title = t('overview.connectionTrouble', { platform: name });
  return [{ ...base, tone: status === 'error' ? 'bad' : 'warn', title, hint: failure?.reason ?? '' }];
}

function ofCause({ id, count, reason, fix }: FailureCause): AttentionItem {
  return {
    id: `cause-${id}`,
    tone: 'bad',
    title: `${t('overview.failuresOf', { count: count.open })}: ${reason}`,
    hint: fix,
    to: '/failures',
    deed: t('overview.fix'),
  };
}

function ofConflicts(count: number, more: boolean): AttentionItem[] {
  if (count === 0) return [];
  const title = more ? t('overview.conflictsWaitMany', { count }) : t('overview.conflictsWait', { count });
  const hint = t('overview.conflictsHint');
  return [{ id: 'conflicts', tone: 'warn', title, hint, to: '/conflicts', deed: t('overview.decide') }];
}

function ofComparison(comparison: Reconciliation | undefined): AttentionItem[] {
  const count = comparison?.open ?? 0;
  if (count === 0) return [];
  const [title, hint] = [t('overview.differences', { count }), t('overview.differencesHint')];
  return [{ id: 'differences', tone: 'warn', title, hint, to: '/reconciliation', deed: t('overview.look') }];
}

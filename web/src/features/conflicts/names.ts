import { platformName } from '#web/components/text.tsx';
import type { Conflict } from '#web/lib/api.ts';
import { maybe, t } from '#web/lib/i18n/index.ts';

/** Whose version went on. */
export function winnerName({ winner, source, target }: Conflict): string {
  if (winner === 'source') return platformName(source.connection);
  if (winner === 'target') return platformName(target.connection);
  return winner === 'both' ? t('conflicts.both') : '';
}

/** The person who decided, or the rule. */
export function strategyName({ resolution, strategy }: Conflict): string {
  return resolution ? resolution.by : (maybe('conflicts', strategy) ?? strategy);
}

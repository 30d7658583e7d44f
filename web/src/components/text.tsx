import { classNames } from '#web/lib/class-names.ts';
import { formatAgo, formatDay, formatInstant, formatInstantFully, formatMoney } from '#web/lib/format.ts';
import { maybe, t } from '#web/lib/i18n/index.ts';
import { useIsZoneComing, useStoreZone } from '#web/lib/store-zone.ts';
import { Tooltip } from './tooltip.tsx';

export interface MoneyProps {
  /** Decimal text, as the API writes amounts. */
  readonly amount: string;
  readonly currency: string;
}

/** An amount, exact, in the reader's way of writing it. */
export function Money({ amount, currency }: MoneyProps) {
  return <span className="whitespace-nowrap tabular">{formatMoney(amount, currency)}</span>;
}

export interface DateTimeProps {
  readonly value: string | null | undefined;
  /** `ago`: how long since; the instant itself is in the tooltip then. */
  readonly as?: 'instant' | 'ago';
}

/** An instant in the store's time zone; the tooltip has it in full. */
export function DateTime({ value, as = 'instant' }: DateTimeProps) {
  const zone = useStoreZone();
  const isComing = useIsZoneComing() && as === 'instant';
  if (!value) return <span className="text-ink-muted">{t('time.never')}</span>;
  return (
    <Tooltip text={formatInstantFully(value, zone)}>
      <time
        dateTime={value}
        data-pending={isComing || undefined}
        className={classNames('whitespace-nowrap tabular', isComing && 'invisible')}
      >
        {as === 'ago' ? formatAgo(value) : formatInstant(value, zone)}
      </time>
    </Tooltip>
  );
}

/** A day of the store: `2026-11-28`. */
export const BusinessDay = ({ day }: { readonly day: string }) => (
  <time dateTime={day} className="whitespace-nowrap tabular">
    {formatDay(day)}
  </time>
);

/** A platform by its name. */
export const platformName = (platform: string): string => maybe('platform', platform) ?? platform;

/** An entity by its name: `orders` -> `Orders`. */
export const entityName = (entity: string): string => maybe('entity', entity) ?? entity.replaceAll('_', ' ');

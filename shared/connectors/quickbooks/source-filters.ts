import { businessDay } from '../../core/clock.ts';
import type { ReadFilters, SourceRecord } from '../source.ts';
import { quoted } from './client.ts';
import type { SourceEntity } from './records/index.ts';

/** Conditions every query of an entity has: inactive names are hidden unless they are asked for (reference section 5). */
export function scopeOf({ kind }: SourceEntity): string[] {
  return kind === 'name' ? ['Active IN (true,false)'] : [];
}

/** What of the filters the platform can apply by itself. */
export function filterConditions({ kind }: SourceEntity, { date_range }: ReadFilters, zone: string): string[] {
  if (kind === 'name') return [];
  const { start, end } = daysOf(date_range, zone);
  return [
    ...(start === undefined ? [] : [`TxnDate >= ${quoted(start)}`]),
    ...(end === undefined ? [] : [`TxnDate <= ${quoted(end)}`]),
  ];
}

/** Whether a read is of a part of the records; what is gone belongs to no part. */
export function isFiltered({ status, date_range }: ReadFilters): boolean {
  return status !== undefined || date_range?.start !== undefined || date_range?.end !== undefined;
}

/** Statuses are our words, not the platform's, so they are looked at here: of names `active` and `inactive`. */
export function wantedBy({ status, date_range }: ReadFilters, zone: string): (record: SourceRecord) => boolean {
  const { start, end } = daysOf(date_range, zone);
  return ({ data }) => {
    const own = typeof data.status === 'string' ? data.status : data.active === false ? 'inactive' : 'active';
    if (status && status.length > 0 && !status.includes(own)) return false;
    const created = typeof data.created_at === 'string' ? businessDay(data.created_at, zone) : undefined;
    const day = typeof data.business_day === 'string' ? data.business_day : created;
    return day === undefined || ((start === undefined || day >= start) && (end === undefined || day <= end));
  };
}

/** Books are kept in days: an instant counts as its day in the company's zone. */
function daysOf(range: ReadFilters['date_range'], zone: string) {
  const day = (value: string | undefined) =>
    value === undefined || /^\d{4}-\d\d-\d\d$/.test(value) ? value : businessDay(value, zone);
  return { start: day(range?.start), end: day(range?.end) };
}

import * as z from 'zod';
import type { Failure } from '../../core/failure.ts';
import type { ReadPage, RejectedRecord, SourceRecord } from '../source.ts';
import { gmt } from './values.ts';

export type Row = Record<string, unknown>;
export type Convert = (row: Row) => SourceRecord;

const why = Symbol('why the shop cannot send it');

/** What can be known of a row that the shop cannot send. It is a row like others, but no record comes of it. */
export const broken = (known: Row, failure: Failure): Row => ({ ...known, [why]: failure }) as Row;

export const brokenBy = (row: Row): Failure | undefined => (row as { readonly [why]?: Failure })[why];

/** A row of the trash says no more than that the record is gone; it may come back. */
export function trashed(entity: string, id: string, row: Row): SourceRecord {
  const modified = gmt.safeParse(row.date_modified_gmt);
  const number = typeof row.number === 'string' && row.number !== '' && row.number !== id ? row.number : undefined;
  return {
    entity,
    id,
    label: `${entity} ${number ?? id}`,
    ...(number === undefined ? {} : { number }),
    modified_at: modified.success ? modified.data : null,
    data: {},
    raw: {},
    gone: 'trashed',
  };
}

export const isTrashed = (row: Row): boolean => row.status === 'trash';

/** Rows as records; one that cannot be read is rejected and stops none of the others. */
export function convertRows(
  entity: string,
  rows: readonly Row[],
  convert: Convert | undefined,
): Omit<ReadPage, 'next'> {
  const records: SourceRecord[] = [];
  const rejected: RejectedRecord[] = [];
  for (const row of rows) {
    try {
      if (isTrashed(row)) records.push(trashed(entity, String(row.id), row));
      else if (brokenBy(row)) rejected.push(reject(entity, row, undefined));
      else if (convert) records.push(convert(row));
    } catch (error) {
      rejected.push(reject(entity, row, error));
    }
  }
  return { records, rejected };
}

export function reject(entity: string, row: Row, error: unknown): RejectedRecord {
  const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
  const id = String(row.id ?? 'unknown');
  const made = gmt.safeParse(row.date_created_gmt);
  return {
    entity,
    id,
    label: `${entity} ${id}`,
    dated_at: made.success ? made.data : null,
    failure: brokenBy(row) ?? {
      category: 'validation',
      code: 'woocommerce.unreadable_record',
      field: issue?.path.join('.'),
      reason: `The shop sent a ${entity} that cannot be read${issue ? `: ${issue.message}` : ''}.`,
      fix: 'Open and save the record in WooCommerce; if that does not help, report it with its id.',
      retryable: false,
    },
  };
}

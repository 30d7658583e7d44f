import * as z from 'zod';
import { instant } from '../../../core/clock.ts';
import type { ReadPage, RejectedRecord, SourceRecord } from '../../source.ts';
import type { SourceEntity } from './index.ts';
import type { Company, Row } from './values.ts';

/** What is left of an object that was deleted: it cannot be read any more. */
export interface Deletion {
  readonly id: string;
  /** As QuickBooks says it. */
  readonly at: string | undefined;
}

/** Rows as records; one that cannot be understood is a failure of its own. */
export function convertRows(
  name: string,
  entity: SourceEntity,
  rows: readonly Row[],
  company: Company,
): Pick<ReadPage, 'records' | 'rejected'> {
  const records: SourceRecord[] = [];
  const rejected: RejectedRecord[] = [];
  for (const row of rows) {
    try {
      records.push(entity.record(row, company));
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      rejected.push(reject(name, entity, row, error));
    }
  }
  return { records, rejected };
}

export function tombstone(name: string, { type }: SourceEntity, { id, at }: Deletion): SourceRecord {
  const moment = at === undefined ? Number.NaN : Date.parse(at);
  return {
    entity: name,
    id,
    label: `${type} ${id}`,
    modified_at: Number.isNaN(moment) ? null : instant(moment),
    data: {},
    raw: {},
    gone: 'deleted',
  };
}

function reject(name: string, { type }: SourceEntity, row: Row, { issues }: z.ZodError): RejectedRecord {
  const [issue] = issues;
  const id = String(row.Id ?? 'unknown');
  return {
    entity: name,
    id,
    label: `${type} ${id}`,
    failure: {
      category: 'validation',
      code: 'quickbooks.unreadable_record',
      field: issue?.path.join('.'),
      reason: `The ${type} that QuickBooks sent cannot be read${issue ? `: ${issue.message}` : ''}.`,
      fix: 'Open and save it in QuickBooks; if that does not help, report it with its id.',
      retryable: false,
    },
  };
}

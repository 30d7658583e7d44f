import type { Failure } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import { decimal, isDecimalText } from '../../core/money.ts';
import { warehouse } from './warehouse.ts';

export interface Blamed {
  /** Which of the payloads. */
  readonly index: number;
  readonly column: string;
}

/**
 * The column at fault. Postgres names it for few faults; for the others it is the one whose value it quotes, or whose type
 * cannot hold what was sent.
 */
export function columnAtFault(table: string, failure: Failure, payloads: readonly JsonObject[]): Blamed | undefined {
  const columns = warehouse.tables.find(({ name }) => name === table)?.columns ?? [];
  const value = /: "(.*)"$/s.exec(failure.reason)?.[1];
  const cannotHold = tooMuchFor[failure.platform_code ?? ''];
  const found = payloads.flatMap((payload, index) =>
    columns
      .filter(({ name, type }) => {
        const sent = payload[name] ?? null;
        if (failure.field === name) return sent === null;
        if (sent === null) return false;
        if (cannotHold?.(String(sent), type)) return true;
        return value !== undefined && !freeForm.has(type) && String(sent) === value;
      })
      .map(({ name }): Blamed => ({ index, column: name })),
  );
  return found[0];
}

/** Types that take any text. */
const freeForm = new Set(['text', 'jsonb']);

const tooMuchFor: Readonly<Record<string, (sent: string, type: string) => boolean>> = {
  // Longer than the column.
  '22001': (sent, type) => {
    const length = /^character(?: varying)?\((\d+)\)$/.exec(type)?.[1];
    return length !== undefined && [...sent.trimEnd()].length > Number(length);
  },
  // More digits before the point than the column has.
  '22003': (sent, type) => {
    const [, precision, scale] = /^numeric\((\d+),(\d+)\)$/.exec(type) ?? [];
    if (precision === undefined || !isDecimalText(sent)) return false;
    return decimal(sent)
      .abs()
      .gte(decimal(`1${'0'.repeat(Number(precision) - Number(scale))}`));
  },
};

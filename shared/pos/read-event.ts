import { contentHash } from '../core/json.ts';
import { faultsOf } from '../http/read-request.ts';
import { type EventFault, envelopeSchema, eventData, type PosEvent } from '../model/pos-event.ts';
import { totalFaults } from './check-totals.ts';

export type ReadEvent =
  | { readonly kind: 'event'; readonly event: PosEvent; readonly hash: string }
  | {
      readonly kind: 'faulty';
      readonly clientId: string | null;
      readonly faults: readonly EventFault[];
      readonly hash: string;
    };

/** Nothing that anybody sold was sold before. */
const earliest = '2000-01-01T00:00:00.000Z';

/** One event as a till sent it: understood, or every fault of it by path. Never throws, whatever was sent. */
export function readEvent(given: unknown): ReadEvent {
  const hash = contentHash(given);
  const envelope = envelopeSchema.safeParse(given);
  if (!envelope.success) {
    const clientId = envelopeSchema.shape.client_id.safeParse(memberOf(given, 'client_id'));
    return {
      kind: 'faulty',
      clientId: clientId.success ? clientId.data : null,
      faults: envelope.error.issues.flatMap((issue) => faultsOf(issue)),
      hash,
    };
  }
  const { client_id: clientId, kind, occurred_at } = envelope.data;
  const data = eventData[kind].safeParse(envelope.data.data);
  const faults = data.success
    ? contentFaults({ ...envelope.data, kind, data: data.data } as PosEvent)
    : data.error.issues.flatMap((issue) => faultsOf(issue, 'data'));
  if (occurred_at < earliest) {
    faults.push({ path: 'occurred_at', code: 'pos.too_early', message: 'The clock of the till is not set' });
  }
  if (faults.length > 0) return { kind: 'faulty', clientId, faults, hash };
  return { kind: 'event', event: { ...envelope.data, kind, data: data.data } as PosEvent, hash };
}

/** What no schema can tell. */
function contentFaults({ kind, data }: PosEvent): EventFault[] {
  if (kind === 'sale.completed' || kind === 'sale.refunded')
    return [...repeatedLines(data.lines), ...totalFaults(data)];
  if (kind !== 'stock.adjusted' && kind !== 'stock.counted') return [];
  return data.sku || data.product_ref
    ? []
    : [{ path: 'data.sku', code: 'pos.goods_missing', message: 'Name the goods by sku or product_ref' }];
}

function repeatedLines(lines: readonly { readonly id: string }[]): EventFault[] {
  const known = new Set<string>();
  return lines.flatMap(({ id }, index) => {
    if (!known.has(id)) {
      known.add(id);
      return [];
    }
    return [{ path: `data.lines[${index}].id`, code: 'pos.line_repeated', message: 'Another line has this id' }];
  });
}

function memberOf(value: unknown, name: string): unknown {
  return value !== null && typeof value === 'object' && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

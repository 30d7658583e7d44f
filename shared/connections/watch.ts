import type { Ledger } from '../connectors/ledger.ts';
import type { SourceConnector } from '../connectors/source.ts';
import type { TargetConnector, TargetWriter } from '../connectors/target.ts';
import type { Failure, Result } from '../core/failure.ts';

/** Remembers which failures came from one connection: a failure says what happened, not to whom. */
export interface Watch {
  readonly source: (connector: SourceConnector) => SourceConnector;
  readonly target: (connector: TargetConnector) => TargetConnector;
  readonly writer: (writer: TargetWriter) => TargetWriter;
  readonly ledger: (ledger: Ledger) => Ledger;
  /** True for a failure of this connection that means it is down or throttled. */
  readonly isTrouble: (failure: Failure) => boolean;
}

export function createWatch(): Watch {
  const seen = new WeakSet<Failure>();
  const noted = async <T>(call: Promise<Result<T>>): Promise<Result<T>> => {
    const result = await call;
    if (!result.ok) seen.add(result.failure);
    return result;
  };
  return {
    source: (connector) => ({
      ...connector,
      read: (entity, query) => noted(connector.read(entity, query)),
      readByIds: (entity, ids) => noted(connector.readByIds(entity, ids)),
      ...absentOf(connector, noted),
    }),
    target: (connector) => ({
      entities: connector.entities,
      prepare: (entity, candidate) => noted(connector.prepare(entity, candidate)),
      find: (entity, candidates) => noted(connector.find(entity, candidates)),
      inspect: (entity, items) => noted(connector.inspect(entity, items)),
      ...(connector.admit ? { admit: connector.admit } : {}),
      effects: connector.effects,
    }),
    writer: (writer) => ({ write: (entity, batchId, items) => noted(writer.write(entity, batchId, items)) }),
    ledger: (ledger) => ({
      compares: ledger.compares,
      read: (query) => noted(ledger.read(query)),
      byIds: (wanted) => noted(ledger.byIds(wanted)),
      byNumbers: (numbers) => noted(ledger.byNumbers(numbers)),
    }),
    isTrouble: (failure) => seen.has(failure) && concernsConnection(failure),
  };
}

function absentOf(
  { absent }: SourceConnector,
  noted: <T>(call: Promise<Result<T>>) => Promise<Result<T>>,
): Pick<SourceConnector, 'absent'> {
  return absent ? { absent: (entity, ids) => noted(absent(entity, ids)) } : {};
}

function concernsConnection({ category, retryable }: Failure): boolean {
  return retryable && (category === 'network' || category === 'rate_limit');
}

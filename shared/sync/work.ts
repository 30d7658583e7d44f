import type { SourceRecord } from '../connectors/connector.ts';
import type { StepOutcome } from './change.ts';
import type { LinkAddress } from './ports.ts';
import type { Route } from './routes.ts';

/** A record on its way through the pipeline, with what each step made of it. */
export interface Work {
  readonly record: SourceRecord;
  readonly outcomes: Map<string, StepOutcome>;
}

/** Where the link of a record's document is kept. */
export function addressFor(
  route: Route,
  targetEntity: string,
  record: { readonly id: string; readonly number?: string | undefined },
): LinkAddress {
  return {
    source: { connection: route.source.platform, entity: route.source.entity, id: record.id, number: record.number },
    target: { connection: route.target.platform, entity: targetEntity },
  };
}

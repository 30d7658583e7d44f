import type { Settlement } from '../connectors/target.ts';
import type { JsonObject } from '../core/json.ts';
import type { StoredReference } from './change.ts';
import type { JournalLine, JournalReader } from './journal-line.ts';
import type { LinkAddress } from './ports.ts';

/** How a document was before a run touched it. */
export type Earlier =
  /** It was not there. */
  | { readonly kind: 'absent' }
  /** It was kept out of use: voided, inactive, marked. */
  | { readonly kind: 'archived' }
  | {
      readonly kind: 'present';
      readonly payload: JsonObject;
      readonly assigned?: JsonObject | undefined;
      readonly settlement?: Settlement | undefined;
      readonly references: readonly StoredReference[];
    }
  /** It was there, but we had not written it and kept nothing of it. */
  | { readonly kind: 'unknown' };

/**
 * Follows the before-images of a line back to the state before its run, however often that run wrote the document. Every
 * line of a document leads to the same state, so lines may be looked at in any order and twice.
 */
export async function earlierState(journal: JournalReader, line: JournalLine): Promise<Earlier> {
  for (let current = line; ; ) {
    if (current.action === 'create') return { kind: 'absent' };
    if (current.before === null || current.overwritten) return overwrittenBy(current);
    const before = await journal.find(current.before, addressOf(current));
    if (!before) return { kind: 'unknown' };
    if (before.run_id !== line.run_id) return stateAfter(before);
    current = before;
  }
}

export function addressOf({ source, target }: JournalLine): LinkAddress {
  return {
    source: { connection: source.connection, entity: source.entity, id: source.id },
    target: { connection: target.connection, entity: target.entity },
  };
}

function overwrittenBy({ overwritten }: JournalLine): Earlier {
  return overwritten ? { kind: 'present', payload: overwritten, references: [] } : { kind: 'unknown' };
}

function stateAfter({ action, outcome, payload, assigned, settlement, references = [] }: JournalLine): Earlier {
  if (outcome === 'deleted') return { kind: action === 'archive' ? 'archived' : 'absent' };
  return { kind: 'present', payload, assigned, settlement, references };
}

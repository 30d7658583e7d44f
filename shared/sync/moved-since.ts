import type { SourceRecord } from '../connectors/source.ts';
import type { Failure } from '../core/failure.ts';
import type { Link } from '../model/link.ts';
import { expectedKey } from './read-confirmed.ts';
import type { WindowContext } from './window-context.ts';

/** In a confirmed run: why a change is not what was confirmed, if it is not. */
export function movedSince(
  { expected }: WindowContext,
  entity: string,
  { entity: source_entity, id: source_id, label }: Pick<SourceRecord, 'entity' | 'id' | 'label'>,
  found: { readonly intent: string; readonly link: Link | undefined },
): Failure | undefined {
  if (!expected) return undefined;
  const confirmed = expected.get(expectedKey({ entity, source_entity, source_id }));
  if (!confirmed) return changedSince(label, 'It was not part of the plan.');
  if (confirmed.intent !== found.intent) return changedSince(label, 'It, or the mapping, changed.');
  // A first try of this very window may have written it.
  return confirmed.base === (found.link?.hash ?? null) ? undefined : changedSince(label, 'Another sync wrote it.');
}

function changedSince(label: string, what: string): Failure {
  return {
    category: 'conflict',
    code: 'plan.changed_since',
    reason: `${label} is not as it was when the plan was confirmed, so it was left out. ${what}`,
    fix: 'Plan again, look at it, and confirm the new plan.',
    retryable: false,
  };
}

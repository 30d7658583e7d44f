import type { Mapped, Rivals } from '../mapping/apply.ts';
import type { Link } from '../model/link.ts';
import type { StepOutcome } from './change.ts';
import { dependencyRoute } from './route-table.ts';
import type { Route } from './routes.ts';
import type { WindowContext } from './window-context.ts';
import { addressFor, type Work } from './work.ts';

interface Mapping {
  readonly work: Work;
  readonly link: Link | undefined;
  readonly mapped: Extract<Mapped, { kind: 'mapped' }>;
}

/**
 * Drafts without those that stand on the target already by other records of the source: one thing must not be there twice.
 * What was written stays, the newcomer makes way. New ones are looked at before references bring anything along for them,
 * written ones only when they change, so that what is unchanged costs nothing.
 *
 * @param looked which drafts are looked at now; the others are let through.
 */
export async function withoutRivals<Draft extends Mapping>(
  context: WindowContext,
  route: Route,
  drafts: readonly Draft[],
  looked: (draft: Draft) => boolean,
  settle: (work: Work, outcome: StepOutcome) => void,
): Promise<Draft[]> {
  const asked = drafts
    .filter(looked)
    .flatMap((draft) =>
      (draft.mapped.instead ?? []).map((rival) => ({ draft, rival, wanted: documentsOf(context, route, rival) })),
    );
  // All at once: a window has hundreds of records, and a day thousands of orders.
  const links = await context.deps.links.findMany(
    context.tenantId,
    asked.flatMap(({ wanted }) => wanted.map(({ address }) => address)),
  );
  let position = 0;
  const against = new Map<Draft, StepOutcome>();
  for (const { draft, rival, wanted } of asked) {
    const own = links.slice(position, position + wanted.length);
    position += wanted.length;
    const there = wanted.filter((_, index) => own[index] !== undefined && own[index]?.state !== 'removed');
    const outcome = verdictOn(draft, rival, [...new Set(there.map(({ id }) => id))]);
    if (outcome && !against.has(draft)) against.set(draft, outcome);
  }
  return drafts.filter((draft) => {
    const outcome = against.get(draft);
    if (outcome) settle(draft.work, outcome);
    return outcome === undefined;
  });
}

function verdictOn({ link, mapped }: Mapping, rival: Rivals, there: readonly string[]): StepOutcome | undefined {
  if (there.length === 0) return undefined;
  const isWhole = there.length === new Set(rival.ids).size;
  if (isWhole && link?.state !== 'linked') return { kind: 'excluded', reason: rival.otherwise };
  return failed(rival, there, mapped.payload);
}

/** Where the records' documents would be, of whatever step. */
function documentsOf(context: WindowContext, route: Route, { entity, ids }: Rivals) {
  const other = dependencyRoute(route, entity, context.routes);
  return ids.flatMap((id) =>
    (other?.steps ?? []).map((step) => ({ id, address: addressFor(other ?? route, step.entity, { id }) })),
  );
}

const mostNamed = 5;

function failed({ entity, reason, fix }: Rivals, there: readonly string[], payload: unknown): StepOutcome {
  const more = there.length > mostNamed ? ` and ${there.length - mostNamed} more` : '';
  return {
    kind: 'failed',
    payload,
    failure: {
      category: 'conflict',
      code: 'sync.written_otherwise',
      reason: `${reason} (${entity} ${there.slice(0, mostNamed).join(', ')}${more})`,
      fix,
      retryable: false,
    },
  };
}

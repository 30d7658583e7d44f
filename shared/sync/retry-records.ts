import * as z from 'zod';
import type { FailureCause } from '../model/failure-cause.ts';
import { causeOfDependents, type FailureRecord } from '../model/failure-record.ts';
import type { RetrySelection } from '../model/retry.ts';
import type { EngineDeps } from './ports.ts';
import { routes as allRoutes, type Route } from './routes.ts';

/** Where the walk over the failures of a retry stands. */
const placeSchema = z.object({
  phase: z.enum(['own', 'dependents']),
  /** Position in the list of the phase. */
  after: z.string().optional(),
  /** A group that is walked before the list goes on, and the position in it. */
  group: z.object({ cause: z.string(), after: z.string().optional() }).optional(),
  /** In phase `dependents`: which parents' route. */
  parents: z.number().int().default(0),
});
type Place = z.infer<typeof placeSchema>;

/**
 * The records of a leg's next window, and where the walk goes on. Kept as the leg's cursor: a window that is worked on
 * again has the same records, although those of its first try have left the queue.
 */
export const retryCursorSchema = z.object({ ids: z.array(z.string()), next: placeSchema.nullable() });
export type RetryCursor = z.infer<typeof retryCursorSchema>;

/** Records of one window. */
const pageSize = 100;
/** Reads of the queue for one window, where filters leave few: bounds its cost. */
const maxReads = 10;

export const firstPlace: Place = { phase: 'own', parents: 0 };

interface Walk {
  readonly failures: EngineDeps['failures'];
  readonly tenantId: string;
  readonly route: Route;
  readonly selection: RetrySelection;
}

/**
 * The next records of this route that a retry takes from the queue of failures: those selected, then those parked under
 * selected ones. What only comes along with others is left to them.
 */
export async function nextRetryRecords(
  failures: EngineDeps['failures'],
  tenantId: string,
  route: Route,
  selection: RetrySelection,
  from: Place,
): Promise<RetryCursor> {
  const walk: Walk = { failures, tenantId, route, selection };
  const ids = new Set<string>();
  let place: Place | null = from;
  for (let reads = 0; place !== null && ids.size < pageSize && reads < maxReads; reads += 1) {
    const step: Step = place.group ? await stepGroup(walk, place, place.group) : await stepList(walk, place);
    for (const { source_id } of step.found) ids.add(source_id);
    place = step.next;
  }
  return { ids: [...ids], next: place };
}

interface Step {
  readonly found: readonly FailureRecord[];
  readonly next: Place | null;
}

const fits = (walk: Walk, record: FailureRecord): boolean =>
  record.route_id === walk.route.id && !record.carried && (walk.selection.by !== 'due' || record.state === 'open');

async function stepGroup(walk: Walk, place: Place, { cause, after }: NonNullable<Place['group']>): Promise<Step> {
  const page = await walk.failures.list(walk.tenantId, {
    cause,
    routeIds: [walk.route.id],
    limit: pageSize,
    after,
  });
  const found = page.failures.filter((record) => fits(walk, record));
  if (page.next !== undefined) return { found, next: { ...place, group: { cause, after: page.next } } };
  const { group: _, ...rest } = place;
  return { found, next: rest };
}

function stepList(walk: Walk, place: Place): Promise<Step> {
  return place.phase === 'own' ? stepOwn(walk, place) : stepDependents(walk, place);
}

/** What follows the list of a phase. */
function listEnd({ selection, route }: Walk, place: Place): Place | null {
  if (selection.by === 'due' || selection.by === 'all') return null;
  if (place.phase === 'own') return { phase: 'dependents', parents: 0 };
  return place.parents + 1 < parentRoutes(selection, route).length
    ? { phase: 'dependents', parents: place.parents + 1 }
    : null;
}

async function stepOwn(walk: Walk, place: Place): Promise<Step> {
  const { failures, tenantId, route, selection } = walk;
  switch (selection.by) {
    case 'due':
      return stepDue(walk, place, selection.before);
    case 'ids': {
      const start = Number(place.after ?? 0);
      const named = await failures.findMany(tenantId, selection.failure_ids.slice(start, start + pageSize));
      const found = named.filter((record) => record !== undefined).filter((record) => fits(walk, record));
      const isEnd = start + pageSize >= selection.failure_ids.length;
      return { found, next: isEnd ? listEnd(walk, place) : { ...place, after: String(start + pageSize) } };
    }
    default: {
      if (selection.by === 'entity' && selection.entity !== route.name) {
        return { found: [], next: listEnd(walk, place) };
      }
      if (selection.by === 'cause') {
        const [group] = await failures.findCauses(tenantId, [selection.cause]);
        if (!group?.members[route.id]) return { found: [], next: listEnd(walk, place) };
      }
      const cause = selection.by === 'cause' ? selection.cause : undefined;
      const query = { cause, routeIds: [route.id], limit: pageSize, after: place.after };
      const page = await failures.list(tenantId, query);
      const found = page.failures.filter((record) => fits(walk, record));
      return { found, next: page.next === undefined ? listEnd(walk, place) : { ...place, after: page.next } };
    }
  }
}

/** Failures and released groups whose time had come, as many of one kind as stand together. */
async function stepDue(walk: Walk, place: Place, before: string): Promise<Step> {
  const { failures, tenantId, route } = walk;
  const { retries, next } = await failures.due(tenantId, route.id, before, { limit: pageSize, after: place.after });
  const other = retries.findIndex(({ ref }) => ref.kind !== retries[0]?.ref.kind);
  const alike = other === -1 ? retries : retries.slice(0, other);
  const follows = other === -1 ? next : alike.at(-1)?.position;
  const ids = alike.flatMap(({ ref }) => (ref.kind === 'failure' ? [ref.failure_id] : []));
  if (ids.length > 0) {
    const records = await failures.findMany(tenantId, ids);
    const found = records.filter((record) => record !== undefined).filter((record) => fits(walk, record));
    return { found, next: follows === undefined ? null : { ...place, after: follows } };
  }
  const causes = alike.flatMap(({ ref }) => (ref.kind === 'cause' ? [ref.cause] : []));
  const groups = await failures.findCauses(tenantId, causes);
  const placed = groups.flatMap((group, index) => (group ? [{ group, position: alike[index]?.position ?? '' }] : []));
  return takeGroups(walk, place, { groups: placed, next: follows });
}

async function stepDependents(walk: Walk, place: Place): Promise<Step> {
  return takeGroups(walk, place, await dependentGroups(walk, place));
}

/** The members of as many groups as fit into a window; a group that alone does not is walked page by page. */
async function takeGroups(walk: Walk, place: Place, { groups, next }: Groups): Promise<Step> {
  const { failures, tenantId, route } = walk;
  const own = groups.filter(({ group }) => group.members[route.id] !== undefined);
  let total = 0;
  const cut = own.findIndex(({ group }) => {
    const { open, acknowledged } = group.members[route.id] ?? { open: 0, acknowledged: 0 };
    total += open + acknowledged;
    return total > pageSize;
  });
  if (cut === 0 && own[0]) {
    const { group, position } = own[0];
    return { found: [], next: { ...place, after: position, group: { cause: group.cause } } };
  }
  const taken = cut === -1 ? own : own.slice(0, cut);
  const pages = await Promise.all(
    taken.map(({ group: { cause } }) =>
      failures.list(tenantId, { cause, routeIds: [route.id], limit: pageSize, after: undefined }),
    ),
  );
  const found = pages.flatMap((page) => page.failures).filter((record) => fits(walk, record));
  const after = cut === -1 ? next : taken.at(-1)?.position;
  return { found, next: after === undefined ? listEnd(walk, place) : { ...place, after } };
}

interface Groups {
  readonly groups: readonly { readonly group: FailureCause; readonly position: string }[];
  readonly next: string | undefined;
}

/** Groups parked under selected failures, behind a place, with the place behind each. */
async function dependentGroups({ failures, tenantId, route, selection }: Walk, place: Place): Promise<Groups> {
  if (selection.by === 'ids') {
    const start = Number(place.after ?? 0);
    const parents = selection.failure_ids.slice(start, start + pageSize);
    const groups = await failures.findCauses(tenantId, parents.map(causeOfDependents));
    const isEnd = start + pageSize >= selection.failure_ids.length;
    return {
      groups: groups.flatMap((group, index) => (group ? [{ group, position: String(start + index + 1) }] : [])),
      next: isEnd ? undefined : String(start + pageSize),
    };
  }
  const parentRoute = parentRoutes(selection, route)[place.parents];
  if (!parentRoute) return { groups: [], next: undefined };
  const page = await failures.listDependents(tenantId, parentRoute.id, { limit: pageSize, after: place.after });
  const groups = await selected(failures, tenantId, selection, page.causes);
  return { groups: groups.map((group) => ({ group, position: group.cause })), next: page.next };
}

async function selected(
  failures: EngineDeps['failures'],
  tenantId: string,
  selection: RetrySelection,
  groups: readonly FailureCause[],
): Promise<readonly FailureCause[]> {
  if (selection.by !== 'cause' || groups.length === 0) return groups;
  const parents = await failures.findMany(
    tenantId,
    groups.map(({ parent }) => parent?.failure_id ?? ''),
  );
  // Where the parent has arrived meanwhile, perhaps by another run of this very retry, the group is due anyway.
  return groups.filter(({ released_at }, index) => {
    const parent = parents[index];
    return parent ? parent.cause === selection.cause : released_at !== undefined;
  });
}

/** Routes whose failures may have others of this route parked under them. */
function parentRoutes(selection: RetrySelection, route: Route): readonly Route[] {
  if (selection.by === 'ids') return [route];
  return allRoutes.filter(
    ({ id, name, source, target }) =>
      id !== route.id &&
      source.platform === route.source.platform &&
      target.platform === route.target.platform &&
      (selection.by !== 'entity' || selection.entity === name),
  );
}

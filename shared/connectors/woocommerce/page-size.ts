import { type Failure, fail, ok, type Result } from '../../core/failure.ts';
import type { RetryPolicy } from '../../platform/http-client.ts';
import type { ConnectionContext } from '../connector.ts';
import { createPace } from '../pace.ts';
import type { ListReply, Query } from './client.ts';
import { broken } from './convert-rows.ts';

/** Rows of a page at most: the API's own maximum. */
const most = 100;

export interface SizedPage extends ListReply {
  /** Rows asked for. */
  readonly size: number;
}

/**
 * One page, as large as the shop can send; a row that it cannot send even alone is {@link broken}. `place` says where a page of that size begins, or which ids it is of; which
 * records, and which of their fields, is in `query`.
 */
export type PageReader = (path: string, query: Query, place?: (size: number) => Query) => Promise<Result<SizedPage>>;

type List = (path: string, query: Query, retry?: Partial<RetryPolicy>) => Promise<Result<ListReply>>;

/** A page that fails at work is not sent again as it was: the smaller one is the next try. A single row has no smaller one. */
const retryOf = (size: number): Partial<RetryPolicy> =>
  size > 1 ? { statuses: [429, 503], unanswered: false } : { attempts: 2 };

/** What the shop is asked of a row that it cannot send whole. */
const facts = 'id,parent_id,status,type,number,date_created_gmt,date_modified_gmt,refunds';
/** Rows in a row that cannot be sent: then it is the shop that is broken, and not a record. */
const mostBroken = 3;

/** No smaller page is begun later than this after the first: what time-outs leave of a slice is the next one's. */
const patienceMs = 45_000;

/**
 * Weak hosting sends a few full records at once, but dies of a hundred: PHP runs out of memory or time, and the answer is an
 * error, a piece, or none. Such a page is halved as long as the shop answers a request for one id, which tells a page that
 * is too large from a shop that is in trouble: that one is left alone.
 *
 * The size is kept beside the limits of the connection, for each list and choice of fields: it is the shop's, not that of
 * one read, and cursors hold places that any size can go on from.
 */
export function createPageReader(
  list: List,
  { limiter, clock }: Pick<ConnectionContext, 'limiter' | 'clock'>,
): PageReader {
  return async (path, query, place = () => ({})) => {
    const note = noteOf(path, query);
    const brokenNow = `${note}_broken`;
    const pace = createPace(limiter, note, { start: most, most });
    const until = clock.now() + patienceMs;
    for (;;) {
      const { size } = pace;
      const asked = { ...query, ...place(size), per_page: size };
      const reply = await list(path, asked, retryOf(size));
      if (reply.ok) {
        // A page that is not full says nothing about a larger one.
        if (reply.value.rows.length >= size) pace.worked();
        if (limiter.recall(brokenNow) && reply.value.rows.length > 0) {
          // It was the record then, and neither the shop nor the size.
          limiter.remember(brokenNow, 0);
          pace.acquitted();
        }
        return ok({ ...reply.value, size });
      }
      if (!mayBeTooMuch(reply.failure)) return reply;
      const alive = await list(path, { ...asked, per_page: 1, _fields: 'id' });
      if (!alive.ok) return alive;
      if (size === 1) {
        const failure = failing(path, alive.value.rows[0], reply.failure);
        const before = limiter.recall(brokenNow) ?? 0;
        const known = before < mostBroken ? await list(path, { ...asked, _fields: facts }) : undefined;
        const [row] = known?.ok ? known.value.rows : [];
        if (!known?.ok || !isRow(row)) return fail(failure);
        limiter.remember(brokenNow, before + 1);
        return ok({ ...known.value, rows: [broken(row, failure)], size });
      }
      pace.tooMuch(size);
      if (clock.now() >= until) return reply;
    }
  };
}

const isRow = (row: unknown): row is Record<string, unknown> => typeof row === 'object' && row !== null && 'id' in row;

/** Which products the variations are of makes no difference to their size. */
function noteOf(path: string, { _fields = '' }: Query): string {
  return `page/${path.replace(/\/\d+(?=\/|$)/g, '/*')}?${String(_fields)}`;
}

/** Errors of the server, time-outs, broken connections and broken answers; not a shop that says when to come back. */
function mayBeTooMuch({ category, code, retry_after_ms }: Failure): boolean {
  return category === 'network' && code !== 'network.unreachable' && retry_after_ms === undefined;
}

function failing(path: string, row: unknown, failure: Failure): Failure {
  const { id } = (row ?? {}) as { readonly id?: unknown };
  if (id === undefined) return failure;
  const record = `${path.split('/').at(-1)?.replace(/s$/, '')} ${String(id)}`;
  return {
    ...failure,
    code: 'woocommerce.failing_record',
    reason: `The shop fails whenever it is asked for ${record}, also alone. ${failure.reason}`,
    fix: `Look in WooCommerce, Status, Logs for the fatal error of ${record}: a plug-in, or too low a memory_limit of PHP.`,
  };
}

import { type Failure, fail, ok, type Result } from '../../core/failure.ts';
import type { SupabaseClient } from './client.ts';
import type { Pace } from './pace.ts';
import type { Group } from './rows.ts';
import type { TableSpec } from './tables.ts';

/** Failures by the key of their group; groups that are not in it are stored. */
export type Refused = Map<string, Failure>;

/**
 * Upserts groups of rows in statements as large as the project takes. One that is too much is sent again in smaller ones;
 * one that is refused is halved until the group at fault stands alone. A failure is of the connection.
 */
export async function upsertGroups(
  client: SupabaseClient,
  spec: TableSpec,
  pace: Pace,
  groups: readonly Group[],
): Promise<Result<Refused>> {
  const refused: Refused = new Map();
  const waiting = groups.filter(({ rows }) => rows.length > 0).sort((a, b) => (firstKey(a) < firstKey(b) ? -1 : 1));
  let stored = 0;
  while (waiting.length > 0) {
    const batch = waiting.splice(0, countThatFit(waiting, pace));
    const { failure } = await send(client, spec, batch).then((sent) => (sent.ok ? { failure: undefined } : sent));
    if (!failure) {
      pace.worked();
      stored += batch.length;
      continue;
    }
    const [only] = batch;
    const isAlone = batch.length === 1 && only !== undefined;
    if (isTooMuch(failure)) {
      pace.tooMuch(sizeOf(batch));
      if (!isAlone) waiting.unshift(...batch);
      else if (only.rows.length > 1) waiting.unshift(...halvesOf(only));
      // Too slow alone is the project's fault, as long as nothing else went through either.
      else if (failure.retryable && stored === 0) return fail(failure);
      else refused.set(only.key, failure);
    } else if (failure.code === 'supabase.refused') {
      if (isAlone) refused.set(only.key, failure);
      else {
        const done = await bisect(client, spec, batch, refused);
        if (!done.ok) return done;
        stored += batch.length;
      }
    } else {
      // The gateway gave up, or we did: what comes next is smaller, in this worker or the next.
      if (isSuspect(failure)) pace.tooMuch(sizeOf(batch));
      return fail(failure);
    }
  }
  return ok(refused);
}

async function bisect(
  client: SupabaseClient,
  spec: TableSpec,
  batch: readonly Group[],
  refused: Refused,
): Promise<Result<null>> {
  const middle = Math.ceil(batch.length / 2);
  for (const half of [batch.slice(0, middle), batch.slice(middle)]) {
    const sent = await send(client, spec, half);
    if (sent.ok) continue;
    const [only] = half;
    if (sent.failure.code !== 'supabase.refused') return sent;
    if (half.length === 1 && only) refused.set(only.key, sent.failure);
    else {
      const done = await bisect(client, spec, half, refused);
      if (!done.ok) return done;
    }
  }
  return ok(null);
}

function send(client: SupabaseClient, spec: TableSpec, groups: readonly Group[]): Promise<Result<null>> {
  const rows = groups.flatMap((group) => group.rows);
  const body = `[${rows.map(({ text }) => text).join(',')}]`;
  return client.upsert(spec.table, ['tenant_id', ...spec.key], ['tenant_id', ...spec.columns], body);
}

/** At least one; a group is never cut before it has proved too large. */
function countThatFit(groups: readonly Group[], { size }: Pace): number {
  let [rows, bytes] = [0, 0];
  const over = groups.findIndex((group) => {
    rows += group.rows.length;
    bytes += group.bytes;
    return rows > size.rows || bytes > size.bytes;
  });
  return over < 0 ? groups.length : Math.max(1, over);
}

function sizeOf(groups: readonly Group[]): { rows: number; bytes: number } {
  return groups.reduce(({ rows, bytes }, group) => ({ rows: rows + group.rows.length, bytes: bytes + group.bytes }), {
    rows: 0,
    bytes: 0,
  });
}

function halvesOf(group: Group): Group[] {
  const middle = Math.ceil(group.rows.length / 2);
  return [group.rows.slice(0, middle), group.rows.slice(middle)].map((rows) => ({
    ...group,
    rows,
    bytes: rows.reduce((sum, { text }) => sum + text.length, 0),
  }));
}

const firstKey = ({ rows }: Group): string => rows[0]?.key ?? '';

const isTooMuch = ({ code }: Failure): boolean => code === 'supabase.too_slow' || code === 'supabase.too_large';

/** No answer, or one of a gateway that waited in vain: often a batch that takes too long. */
function isSuspect({ code, platform_code: status = '' }: Failure): boolean {
  return code === 'network.timeout' || ['502', '504', '524'].includes(status);
}

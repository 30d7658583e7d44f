import { type Api, type ApiAnswer, Refused } from './api.ts';
import { bar, type Terminal } from './terminal.ts';

/** What references need comes first, so that orders and sales find their items and customers. */
const entities = ['products', 'customers', 'orders', 'sales', 'refunds'] as const;
const lookEveryMs = 100;
const nameWidth = 'customers, planned'.length;

interface Counts {
  readonly read: number;
  readonly created: number;
  readonly updated: number;
  readonly skipped: number;
  readonly failed: number;
}

interface Leg {
  readonly route_id: string;
  readonly status: string;
  readonly counts: Counts;
  readonly documents: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly calls: Readonly<Record<string, number>>;
  readonly failure: { readonly reason: string; readonly fix: string } | null;
}

interface SyncAnswer {
  readonly status: string;
  readonly progress: { readonly counts: Counts; readonly percent: number | null; readonly eta_seconds: number | null };
  readonly legs: readonly Leg[];
}

export interface EntityResult {
  readonly entity: string;
  readonly status: string;
  readonly durationMs: number;
  readonly legs: readonly Leg[];
}

/** Syncs everything once through the public API, one entity after the other, with a live line. */
export async function syncEverything(api: Api, terminal: Terminal): Promise<EntityResult[]> {
  const results: EntityResult[] = [];
  for (const entity of entities) results.push(await syncEntity(api, entity, terminal));
  return results;
}

async function syncEntity(api: Api, entity: string, terminal: Terminal): Promise<EntityResult> {
  const start = performance.now();
  // More than a few documents: the plan first, then what was confirmed of it.
  const plan = await whenFree(() => api.post(`/api/sync/dry-run/${entity}`, { mode: 'full' }));
  await followSync(api, `${entity}, planned`, String(plan.sync_id), terminal);
  const started = await whenFree(async () => {
    const leave = await api.post('/api/sync/check-confirmation', { sync_id: plan.sync_id });
    return api.post(`/api/sync/confirm/${String(leave.token)}`);
  });
  const { status, legs } = await followSync(api, entity, String(started.sync_id), terminal);
  return { entity, status, durationMs: performance.now() - start, legs };
}

/** One of its schedules may have started the same sync just now. */
async function whenFree(start: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
  for (;;) {
    try {
      return await start();
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== 'sync.already_running') throw error;
      await nextLook();
    }
  }
}

const nextLook = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, lookEveryMs));

/** Shows how far a sync is, until it has come to its end. */
async function followSync(api: Api, name: string, syncId: string, terminal: Terminal): Promise<SyncAnswer> {
  const start = performance.now();
  const path = `/api/sync/status/${syncId}`;
  for (;;) {
    const answer = (await api.get(path)) as unknown as SyncAnswer;
    const { counts, percent, eta_seconds } = answer.progress;
    const left = eta_seconds ? `about ${eta_seconds} s left` : '';
    const paused = answer.legs.find(({ status }) => status === 'paused')?.failure?.reason ?? '';
    terminal.progress(
      `${name.padEnd(nameWidth)} ${bar(percent ?? 0)} ${String(counts.read).padStart(6)} read  ${counts.failed} failed  ${left}${paused}`,
    );
    if (['completed', 'failed', 'cancelled'].includes(answer.status)) {
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      terminal.line(
        `${name.padEnd(nameWidth)} ${bar(100)} ${String(counts.read).padStart(6)} read  ${counts.failed} failed  ${seconds} s, ${answer.status}`,
      );
      return answer;
    }
    await nextLook();
  }
}

import { chunks } from '../../core/chunks.ts';
import { ok } from '../../core/failure.ts';
import { canonicalJson } from '../../core/json.ts';
import { largestBody, type ShelfDraft, type ShelfRecord } from '../../model/shelf.ts';
import type { ConnectionContext } from '../connector.ts';
import type {
  Candidate,
  FindOutcome,
  TargetConnector,
  TargetEntity,
  TargetMatch,
  TargetWriter,
  WriteItem,
  WriteOutcome,
} from '../target.ts';
import { contentOf, fingerprintOf } from './fingerprint.ts';
import { shelfOf } from './shelf.ts';

/**
 * What tills are told, and the member of a payload by which one of them may be on the shelf under an id of its own. A row
 * more is one kind of record more: the shelf takes any.
 */
const kinds: Readonly<Record<string, { readonly key?: string }>> = {
  product: {},
  customer: { key: 'email' },
  invoice: {},
  payment: {},
  vendor: {},
  bill: {},
  item: {},
  books_customer: {},
};

/** Records of one transaction of the shelf: ten of the largest size fit. */
const perTransaction = 10;

const entities: readonly TargetEntity[] = Object.entries(kinds).map(([name, { key }]) => ({
  name,
  batchSize: 100,
  callKinds: [],
  concurrency: 2,
  // Who may be there already is looked up first, and again after a crash.
  safety: key === undefined ? 'upsert' : 'claim',
  identity: ['id'],
}));

const matchOf = ({ id, version, body }: ShelfRecord): TargetMatch => ({
  id,
  version: String(version),
  fingerprint: fingerprintOf(body),
});

/** Ids of the shelf are made by mappings or tills. */
export function openTarget(context: ConnectionContext): TargetConnector {
  const shelf = shelfOf(context);
  return {
    entities,
    prepare: async (_entity, { payload }) => ok(payload),
    async find(entity, candidates) {
      const { key } = kinds[entity] ?? {};
      const keyOf = ({ payload }: Candidate) => (key === undefined ? undefined : payload[key]);
      const wanted = candidates.map(keyOf).filter((value) => typeof value === 'string' && value !== '') as string[];
      const found = new Map((await shelf.findByKey(entity, wanted)).map((record, index) => [wanted[index], record]));
      return ok(
        candidates.map((candidate): FindOutcome => {
          const record = found.get(keyOf(candidate) as string);
          return record ? { kind: 'match', match: matchOf(record) } : { kind: 'none' };
        }),
      );
    },
    effects: () => [],
    async inspect(entity, items) {
      const found = await shelf.findMany(items.map(({ id }) => ({ entity, id })));
      return ok(
        found.map((record, index) => {
          if (!record || record.gone) return { kind: 'absent' };
          const match = matchOf(record);
          const content = contentOf(record.body);
          const wrote = items[index]?.payload ?? {};
          return {
            kind: 'present',
            match,
            untouched: canonicalJson(contentOf(wrote)) === canonicalJson(content),
            content,
            modified_at: record.changed_at,
          };
        }),
      );
    },
  };
}

/** Puts records on the shelf; the same again changes nothing, so batches need no id. */
export function openWriter(context: ConnectionContext): TargetWriter {
  const shelf = shelfOf(context);
  return {
    async write(entity, _batchId, items) {
      const outcomes: WriteOutcome[] = [];
      for (const group of chunks(items, perTransaction)) {
        const fit = group.filter((item) => Buffer.byteLength(JSON.stringify(item.payload)) <= largestBody - 1000);
        const records = await shelf.change(
          fit.map((item) => ({ entity, id: idOf(item) })),
          (before, index) => (fit[index] ? draftOf(fit[index], before, context.clock.now()) : undefined),
        );
        outcomes.push(
          ...group.map((item): WriteOutcome => {
            const position = fit.indexOf(item);
            const record = records[position];
            if (position === -1) return { kind: 'failed', failure: tooLarge(entity) };
            if (leaves(item) || !record) return { kind: 'deleted', kept: null };
            return { kind: 'written', target: matchOf(record) };
          }),
        );
      }
      return ok(outcomes);
    },
  };
}

function draftOf(item: WriteItem, before: ShelfRecord | undefined, now: number): ShelfDraft | undefined {
  if (leaves(item)) return before && { gone: true, origin: 'sync', body: before.body };
  const body = contentOf(item.payload);
  // A till that says something later of the same record wins over this; something earlier does not.
  const same = before && !before.gone && canonicalJson(contentOf(before.body)) === canonicalJson(body);
  if (same) return undefined;
  return { gone: false, origin: 'sync', body: { ...body, order: { effective_at: new Date(now).toISOString() } } };
}

/** Tills keep a record that left, as gone: there is no other way to take one away from a till that is offline. */
const leaves = ({ action }: WriteItem): boolean => action === 'delete' || action === 'archive';

const idOf = ({ target, payload }: WriteItem): string => target?.id ?? String(payload.id);

function tooLarge(entity: string) {
  return {
    category: 'validation',
    code: 'pos.too_large',
    reason: `The ${entity} is larger than the ${largestBody / 1000} KB that tills are sent.`,
    fix: 'Shorten its descriptions at the source, or leave fields out of the mapping.',
    retryable: false,
  } as const;
}

import * as z from 'zod';
import type { ConnectionContext, Connector } from '#shared/connectors/connector.ts';
import type { ReadPage, SourceConnector, SourceRecord } from '#shared/connectors/source.ts';
import type { TargetConnector, TargetMatch, TargetWriter, WriteItem, WriteOutcome } from '#shared/connectors/target.ts';
import { instant } from '#shared/core/clock.ts';
import { ok } from '#shared/core/failure.ts';
import { contentHash, type JsonObject } from '#shared/core/json.ts';

/** A person as the notebook has it. */
export interface Person {
  readonly email: string;
  readonly name: string;
  readonly phone: string;
}

interface Page extends Person {
  readonly id: string;
  readonly modified_at: string;
}

/** One shop's notebook of people: a platform small enough to be read at a glance. */
export class Notebook {
  readonly pages = new Map<string, Page>();
  writes = 0;
  private next = 1;
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  put(person: Person, id = String(this.next++)): string {
    this.pages.set(id, { ...person, id, modified_at: instant(this.now()) });
    return id;
  }

  edit(id: string, changes: Partial<Person>): void {
    const page = this.pages.get(id);
    if (page) this.put({ ...page, ...changes }, id);
  }

  byEmail(email: string): Page | undefined {
    return [...this.pages.values()].find((page) => page.email === email);
  }
}

const contentOf = ({ email, name, phone }: Person) => ({ email, name, phone });
const matchOf = (page: Page): TargetMatch => ({
  id: page.id,
  version: null,
  fingerprint: contentHash(contentOf(page)),
});

/** A connector to notebooks, by the id of the tenant. */
export function toyConnector(platform: string, notebookOf: (tenantId: string) => Notebook): Connector {
  return {
    platform,
    title: platform,
    credentials: z.strictObject({}),
    secretFields: [],
    settings: z.strictObject({}),
    rateLimits: [],
    check: async () => ok({ display_name: platform, profile: {}, suggested_settings: {}, warnings: [] }),
    openSource: ({ tenantId }: ConnectionContext) => sourceOf(notebookOf(tenantId)),
    openTarget: ({ tenantId }: ConnectionContext) => targetOf(notebookOf(tenantId)),
    openWriter: ({ tenantId }: ConnectionContext) => writerOf(notebookOf(tenantId)),
  };
}

function recordOf(page: Page): SourceRecord {
  return {
    entity: 'person',
    id: page.id,
    label: page.name,
    modified_at: page.modified_at,
    data: contentOf(page),
    raw: contentOf(page),
    fingerprint: matchOf(page).fingerprint,
  };
}

function sourceOf({ pages }: Notebook): SourceConnector {
  const page = (rows: readonly Page[]): ReadPage => ({ records: rows.map(recordOf), rejected: [], next: null });
  return {
    entities: ['person'],
    read: async (_entity, { since }) =>
      ok(page([...pages.values()].filter(({ modified_at }) => since === null || modified_at >= since))),
    readByIds: async (_entity, ids) => ok(page(ids.flatMap((id) => pages.get(id) ?? []))),
    absent: async (_entity, ids) => ok(ids.filter((id) => !pages.has(id))),
  };
}

function targetOf(book: Notebook): TargetConnector {
  return {
    entities: [{ name: 'person', batchSize: 5, callKinds: [], concurrency: 2, safety: 'claim' }],
    prepare: async (_entity, { payload }) => ok(payload),
    find: async (_entity, candidates) =>
      ok(
        candidates.map(({ payload }) => {
          const found = book.byEmail(String(payload.email));
          return found ? { kind: 'match', match: matchOf(found) } : { kind: 'none' };
        }),
      ),
    inspect: async (_entity, items) =>
      ok(
        items.map(({ id, fingerprint }) => {
          const page = book.pages.get(id);
          if (!page) return { kind: 'absent' };
          const match = matchOf(page);
          const { modified_at } = page;
          const untouched = match.fingerprint === fingerprint;
          return { kind: 'present', match, untouched, content: { ...contentOf(page) }, modified_at };
        }),
      ),
    effects: () => [],
  };
}

function writerOf(book: Notebook): TargetWriter {
  const write = ({ action, payload, target }: WriteItem): WriteOutcome => {
    book.writes += 1;
    if (action === 'delete' || action === 'archive') {
      book.pages.delete(target?.id ?? '');
      return { kind: 'deleted', kept: null };
    }
    const known = action === 'create' ? book.byEmail(String(payload.email))?.id : target?.id;
    const { email = '', name = '', phone = '' } = { ...book.pages.get(known ?? ''), ...personOf(payload) };
    const id = book.put({ email, name, phone }, known);
    const page = book.pages.get(id);
    return page ? { kind: 'written', target: matchOf(page) } : { kind: 'deleted', kept: null };
  };
  return { write: async (_entity, _batchId, items) => ok(items.map(write)) };
}

function personOf(payload: JsonObject): Partial<Person> {
  return Object.fromEntries(
    (['email', 'name', 'phone'] as const).flatMap((name) =>
      name in payload ? [[name, String(payload[name] ?? '')]] : [],
    ),
  );
}

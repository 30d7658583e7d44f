import type { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant } from '#shared/core/clock.ts';
import { randomIds } from '#shared/core/ids.ts';
import { type AuditRepository, createAuditRepository } from '#shared/data/audit-repository.ts';
import type { AuditEntry } from '#shared/model/audit-entry.ts';
import { testClock } from '#test/support/clock.ts';
import { startTable, type TestTable } from '#test/support/table.ts';

const clock = testClock();
const ids = randomIds(clock);
const secondMs = 1000;
const start = clock.now();

let table: TestTable;
let repository: AuditRepository;
beforeAll(async () => {
  table = await startTable();
  repository = createAuditRepository(table.table);
});
afterAll(() => table.stop());

function anEntry(changes: Partial<AuditEntry> = {}): AuditEntry {
  clock.advance(secondMs);
  return {
    tenant_id: 'shop-1',
    audit_id: ids.next(),
    at: instant(clock.now()),
    actor: { user: 'ann', role: 'manager' },
    action: 'startSync',
    target: { type: 'sync', id: 'run-1' },
    sandbox: false,
    request_id: 'request-1',
    outcome: 'ok',
    status: 202,
    code: null,
    before: null,
    after: { mode: 'full' },
    ...changes,
  };
}

async function add(count: number, changes: Partial<AuditEntry> = {}): Promise<AuditEntry[]> {
  const entries = Array.from({ length: count }, () => anEntry(changes));
  for (const entry of entries) await repository.append(entry);
  return entries;
}

const idsOf = (entries: readonly AuditEntry[]) => entries.map(({ audit_id }) => audit_id);

describe('the audit log', () => {
  it('is walked newest first, each entry once, while others arrive', async () => {
    const tenant_id = 'walker';
    const there = await add(25, { tenant_id });
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await repository.list(tenant_id, { limit: 10, after });
      seen.push(...idsOf(page.entries));
      after = page.next;
      await add(3, { tenant_id });
    } while (after !== undefined);
    expect(seen).toEqual(idsOf(there).toReversed());
  });

  it('keeps what was written first under an id', async () => {
    const [entry] = await add(1, { tenant_id: 'writer' });
    await repository.append({ ...anEntry(), ...entry, outcome: 'refused' });
    expect((await repository.list('writer', { limit: 10 })).entries).toEqual([entry]);
  });

  it('answers filters by action, user and both over pages', async () => {
    const tenant_id = 'filters';
    const user = 'bob#1';
    for (let round = 0; round < 6; round += 1) {
      await add(1, { tenant_id });
      await add(1, { tenant_id, action: 'cancelSync' });
      await add(1, { tenant_id, action: 'cancelSync', actor: { user, role: 'admin' } });
    }
    const count = async (filter: { action?: string; user?: string }) => {
      const first = await repository.list(tenant_id, { ...filter, limit: 4 });
      const rest = await repository.list(tenant_id, { ...filter, limit: 100, after: first.next });
      expect(first.entries).toHaveLength(4);
      const all = [...first.entries, ...rest.entries];
      expect(all.every((entry) => entry.action === (filter.action ?? entry.action))).toBe(true);
      expect(all.every((entry) => entry.actor.user === (filter.user ?? entry.actor.user))).toBe(true);
      return new Set(idsOf(all)).size;
    };
    expect(await count({})).toBe(18);
    expect(await count({ action: 'cancelSync' })).toBe(12);
    expect(await count({ user })).toBe(6);
    expect(await count({ user, action: 'cancelSync' })).toBe(6);
  });

  it('takes both ends of a time span in', async () => {
    const tenant_id = 'spans';
    const entries = await add(10, { tenant_id });
    const atMs = (index: number) => Date.parse(entries[index]?.at ?? '');
    const within = await repository.list(tenant_id, { fromMs: atMs(2), toMs: atMs(5), limit: 2 });
    const rest = await repository.list(tenant_id, { fromMs: atMs(2), toMs: atMs(5), limit: 9, after: within.next });
    expect(idsOf([...within.entries, ...rest.entries])).toEqual(idsOf(entries.slice(2, 6)).toReversed());
    expect((await repository.list(tenant_id, { toMs: start - 1, limit: 9 })).entries).toEqual([]);
  });

  it('reads one page by one query of that size, whatever the filters', async () => {
    await add(30, { tenant_id: 'costs' });
    await add(1, { tenant_id: 'costs', action: 'cancelSync' });
    const sent: QueryCommand['input'][] = [];
    const { documents } = table.table;
    const watched = new Proxy(documents, {
      get: (target, name) =>
        name === 'send'
          ? (command: QueryCommand) => {
              sent.push(command.input);
              return target.send(command);
            }
          : Reflect.get(target, name),
    });
    const counting = createAuditRepository({ ...table.table, documents: watched });
    for (const filter of [{}, { action: 'cancelSync' }, { user: 'nobody' }, { user: 'ann', action: 'cancelSync' }]) {
      sent.length = 0;
      await counting.list('costs', { ...filter, limit: 5 });
      expect(sent.map(({ Limit, FilterExpression }) => [Limit, FilterExpression])).toEqual([[5, undefined]]);
    }
  });
});

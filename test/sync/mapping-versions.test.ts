import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConfirmationRepository } from '#shared/data/confirmation-repository.ts';
import { createMappingRepository } from '#shared/data/mapping-repository.ts';
import type { MappingDocument } from '#shared/mapping/document.ts';
import { defaultMappings } from '#shared/mapping/documents/index.ts';
import { activeMappings, documentOf } from '#shared/mapping-editor/active-mappings.ts';
import { restoreMapping, saveMappings } from '#shared/mapping-editor/save.ts';
import { confirmPlan, offerConfirmation } from '#shared/sync/confirm-plan.ts';
import { testClock } from '#test/support/clock.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ shops: { shop: shopOf('tax_exclusive', 12, 4) }, withoutSupabase: true });
});
afterAll(() => world.stop());

const mappingId = 'woocommerce.order-quickbooks.invoice';
const deps = () => ({ mappings: createMappingRepository(world.table.table), clock: testClock() });
const editing = (tenantId: string, userId = 'ada') => ({ tenantId, userId, comment: 'Because' });

/** The default with another memo. */
function withMemo(memo: string): MappingDocument {
  const document = structuredClone(defaultMappings.get(mappingId)) as MappingDocument;
  document.fields = [
    ...document.fields.filter(({ to }) => to !== 'CustomerMemo.value'),
    { to: 'CustomerMemo.value', template: `${memo} {number}` },
  ];
  return document;
}

const save = (tenant: Pick<Tenant, 'id'>, memo: string, expected: number) =>
  saveMappings(deps(), editing(tenant.id), [{ mappingId, expected, document: withMemo(memo) }]);
const memos = ({ company }: Tenant) =>
  new Set(
    company
      .list('Invoice')
      .map(({ CustomerMemo }) => String((CustomerMemo as { value?: string })?.value).split(' ')[0]),
  );

describe('[M-VERSIONS] a saved mapping', () => {
  it("is what the next sync of its tenant writes by, and nobody else's", async () => {
    const [tenant, other] = [await world.tenant('shop'), await world.tenant('shop')];
    expect(await save(tenant, 'Thanks', 0)).toMatchObject({ kind: 'saved', versions: [{ version: 1 }] });
    for (const each of [tenant, other]) await world.sync(each, 'orders');
    expect(memos(tenant)).toEqual(new Set(['Thanks']));
    expect(memos(other).has('Thanks')).toBe(false);

    await save(tenant, 'Merci', 1);
    const { legs } = await world.sync(tenant, 'orders');
    expect(legs[0]?.counts.updated).toBeGreaterThan(0);
    expect(memos(tenant)).toEqual(new Set(['Merci']));
  });

  it('is named in the journal, with its number', async () => {
    const tenant = await world.tenant('shop');
    await save(tenant, 'Thanks', 0);
    const { run } = await world.sync(tenant, 'orders');
    const { journal } = world.engine();
    const keys = await journal.list(`journal/${tenant.id}/`, null, 1000);
    const lines = (await Promise.all(keys.map((key) => journal.read(key)))).flat();
    const mappings = new Set(lines.map(({ mapping }) => String(mapping).split('#')[0]));
    expect(mappings).toContain(`${mappingId}@saved-1`);
    expect(mappings).toContain('woocommerce.customer-quickbooks.customer@1');
    expect(run.status).toBe('completed');
  });

  it('changes nothing a confirmed plan did not say: what it touches is left out and reported', async () => {
    const tenant = await world.tenant('shop');
    const confirmations = createConfirmationRepository(world.table.table);
    const dry = await world.sync(tenant, 'orders', { dryRun: true });
    const engine = { ...world.engine(), confirmations };
    const who = { tenantId: tenant.id, userId: 'ada' };
    const offer = await offerConfirmation(engine, { ...who, planId: dry.run.run_id });
    if (offer.kind !== 'offered') throw new Error(offer.kind);
    await save(tenant, 'Sneaky', 0);
    const outcome = await confirmPlan(engine, { ...who, token: offer.token });
    if (outcome.kind !== 'started') throw new Error(outcome.kind);
    await world.drain(world.work(world.engine()));
    const { failures } = await world.resultOf(outcome.run);
    expect(tenant.company.list('Invoice')).toEqual([]);
    expect(failures.length).toBeGreaterThan(0);
    expect(new Set(failures.map(({ failure }) => failure.code))).toEqual(new Set(['plan.changed_since']));
  });

  it('is not silently overwritten by a second editor', async () => {
    const tenant = { id: 'two-editors' };
    const outcomes = await Promise.all(['A', 'B', 'C', 'D'].map((memo) => save(tenant, memo, 0)));
    expect(outcomes.filter(({ kind }) => kind === 'saved')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.kind === 'changed_since') expect(outcome.versions[mappingId] ?? 0).toBeLessThanOrEqual(1);
    }
    expect(await save(tenant, 'E', 0)).toEqual({ kind: 'changed_since', versions: { [mappingId]: 1 } });
    expect(await save(tenant, 'F', 2)).toEqual({ kind: 'changed_since', versions: { [mappingId]: 1 } });
    expect(await save(tenant, 'G', 1)).toMatchObject({ kind: 'saved', versions: [{ version: 2 }] });
    const { versions } = await deps().mappings.list(tenant.id, mappingId, { limit: 10 });
    expect(versions.map(({ version }) => version)).toEqual([2, 1]);
  });

  it('is saved with others all together or not at all', async () => {
    const tenant = { id: 'all-or-none' };
    await save(tenant, 'First', 0);
    const payment = defaultMappings.get('woocommerce.order-quickbooks.payment') ?? null;
    const both = (expected: number) =>
      saveMappings(deps(), editing(tenant.id), [
        { mappingId: 'woocommerce.order-quickbooks.payment', expected: 0, document: payment },
        { mappingId, expected, document: withMemo('Second') },
      ]);
    expect((await both(0)).kind).toBe('changed_since');
    expect(await deps().mappings.listActive(tenant.id)).toMatchObject([{ mapping_id: mappingId, version: 1 }]);
    expect((await both(1)).kind).toBe('saved');
    expect(await deps().mappings.listActive(tenant.id)).toHaveLength(2);
  });

  it('can be taken back to an earlier version, which becomes a new one', async () => {
    const tenant = { id: 'restored' };
    for (const [index, memo] of ['One', 'Two', 'Three'].entries()) await save(tenant, memo, index);
    const restore = (version: number, expected: number) =>
      restoreMapping(deps(), editing(tenant.id, 'bob'), { mappingId, version, expected }, documentOf);
    expect((await restore(1, 2))?.kind).toBe('changed_since');
    expect(await restore(1, 3)).toMatchObject({
      kind: 'saved',
      versions: [{ version: 4, restored_from: 1, created_by: 'bob', document: withMemo('One') }],
    });
    expect(await restore(99, 4)).toBeUndefined();
    const inUse = async () => (await activeMappings(deps().mappings, tenant.id)).get(mappingId);
    expect(await inUse()).toEqual({ ...withMemo('One'), saved_version: 4 });
    // Version 0 is the default, also the one of a later release.
    expect(await restore(0, 4)).toMatchObject({ versions: [{ version: 5, restored_from: 0, document: null }] });
    expect(await inUse()).toBe(defaultMappings.get(mappingId));
    const { versions } = await deps().mappings.list(tenant.id, mappingId, { limit: 2 });
    expect(versions.map(({ version }) => version)).toEqual([5, 4]);
  });

  it('costs a tenant that never saved one an empty query', async () => {
    expect(await activeMappings(deps().mappings, 'nobody')).toBe(defaultMappings);
  });
});

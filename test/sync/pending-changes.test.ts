import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enabledPlatforms, usablePlatforms } from '#shared/connections/enabled.ts';
import { type DrainDeps, drainChanges, drainTenant } from '#shared/sync/drain-changes.ts';
import { noteChanges } from '#shared/sync/pending-changes.ts';
import { booksOf } from '#test/support/books.ts';
import { deaths, type KillSwitch, killSwitch } from '#test/support/kill-switch.ts';
import { Killed, shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';

let world: World;
let tenant: Tenant;
const rung: string[] = [];
beforeAll(async () => {
  world = await startWorld({ shops: { small: shopOf('tax_exclusive', 8, 4) } });
});
afterAll(() => world.stop());
beforeEach(async () => {
  tenant = await world.tenant('small');
  rung.length = 0;
});

function depsFor(engine = world.engine()): DrainDeps {
  const { connections, breakers, clock } = engine.connectionDeps;
  return {
    ...engine,
    connections: {
      enabled: (tenantId) => enabledPlatforms(connections, tenantId),
      usable: (tenantId) => usablePlatforms({ connections, breakers, clock }, tenantId),
    },
  };
}

const bell = { ring: async (tenantId: string) => void rung.push(tenantId) };

function note(ids: readonly string[], entity = 'order', deps = depsFor(), owner: Pick<Tenant, 'id'> = tenant) {
  return noteChanges(
    { ...deps, bell },
    {
      tenantId: owner.id,
      platform: 'woocommerce',
      toldBy: 'webhook:woocommerce',
      changes: ids.map((id) => ({ entity, id })),
    },
  );
}

const orderIds = (): string[] => [...tenant.shop.shop.orders.keys()].map(String);
const runsOf = async (owner: Pick<Tenant, 'id'> = tenant) =>
  (await world.engine().runs.list(owner.id, { limit: 100 })).runs;
const waiting = async () => {
  const { pending } = world.engine();
  const routes = await pending.routesOf(tenant.id);
  return Promise.all(routes.map((route) => pending.list(tenant.id, route, 500))).then((lists) => lists.flat());
};
const workOff = (): Promise<void> => world.drain(world.work(world.engine()));

describe('changes that somebody tells of', () => {
  it('[E9] wait once per record and route, however often they are told, and become one run per route', async () => {
    const [id = ''] = orderIds();
    for (let times = 0; times < 100; times += 1) await note([id]);
    expect(await waiting()).toMatchObject([
      { route_id: 'woocommerce.order-quickbooks', id, count: 100 },
      { route_id: 'woocommerce.order-supabase', id, count: 100 },
    ]);
    expect(rung).toHaveLength(100);
    expect(await drainTenant(depsFor(), tenant.id)).toMatchObject({ started: 2, waiting: 0, dropped: 0, failed: 0 });
    expect(await waiting()).toEqual([]);
    await workOff();
    const runs = await runsOf();
    expect(runs.map(({ ids, status, requested_by, routes }) => ({ ids, status, requested_by, routes }))).toEqual([
      { ids: [id], status: 'completed', requested_by: 'webhook:woocommerce', routes: ['woocommerce.order-supabase'] },
      { ids: [id], status: 'completed', requested_by: 'webhook:woocommerce', routes: ['woocommerce.order-quickbooks'] },
    ]);
    expect(booksOf(tenant.company).invoices).toHaveLength(1);
  });

  it('[E9] need no confirmation, however many they are, and go in runs of at most 500', async () => {
    const many = Array.from({ length: 620 }, (_, index) => `${900_000 + index}`);
    await note(many);
    await drainTenant(depsFor(), tenant.id);
    await workOff();
    await drainTenant(depsFor(), tenant.id);
    await workOff();
    expect((await runsOf()).map(({ ids, status }) => [ids?.length, status]).sort()).toEqual([
      [120, 'completed'],
      [120, 'completed'],
      [500, 'completed'],
      [500, 'completed'],
    ]);
    expect(await waiting()).toEqual([]);
  });

  it('[E9] about records that are gone or were never there are no failures', async () => {
    await note(['999999'], 'product');
    await drainTenant(depsFor(), tenant.id);
    await workOff();
    const [run] = await runsOf();
    if (!run) throw new Error('no run');
    expect(await world.resultOf(run)).toMatchObject({ run: { status: 'completed' }, failures: [] });
  });

  it('[E9] of entities nobody syncs, or for a platform that is switched off, are not kept', async () => {
    expect(await note(['1'], 'coupon')).toEqual({ noted: 0, ignored: 1 });
    const { connections } = world.engine().connectionDeps;
    await connections.patch(tenant.id, 'woocommerce', { enabled: false });
    expect(await note(orderIds())).toMatchObject({ noted: 0 });
    expect([rung, await waiting()]).toEqual([[], []]);
  });

  it('[E9] wait while their route is busy, then go in one run; what comes meanwhile is not lost', async () => {
    const [first = '', second = ''] = orderIds();
    await world.start(tenant, 'orders', { target: 'quickbooks' });
    await note([first]);
    expect(await drainTenant(depsFor(), tenant.id)).toMatchObject({ started: 1, waiting: 1 });
    await note([second]);
    await workOff();
    expect(await drainTenant(depsFor(), tenant.id)).toMatchObject({ started: 2, waiting: 0 });
    await workOff();
    const told = (await runsOf()).filter(({ requested_by }) => requested_by === 'webhook:woocommerce');
    expect(told.map(({ routes, ids }) => [routes[0], ids?.toSorted()])).toEqual([
      ['woocommerce.order-supabase', [second]],
      ['woocommerce.order-quickbooks', [first, second].toSorted()],
      ['woocommerce.order-supabase', [first]],
    ]);
  });

  it('[E9] wait while a platform is down and are dropped where it is disconnected', async () => {
    const { connections } = world.engine().connectionDeps;
    await note([orderIds()[0] ?? '']);
    await connections.patch(tenant.id, 'quickbooks', { status: 'error' });
    expect(await drainTenant(depsFor(), tenant.id)).toMatchObject({ started: 1, waiting: 1, dropped: 0 });
    await connections.patch(tenant.id, 'quickbooks', { enabled: false });
    expect(await drainTenant(depsFor(), tenant.id)).toMatchObject({ started: 0, waiting: 0, dropped: 1 });
    expect(await waiting()).toEqual([]);
    await workOff();
  });

  it('[E9] are dropped where their flow is switched off', async () => {
    const { flows } = world.engine();
    const settings = await flows.settings(tenant.id);
    const off = { 'woocommerce.order-quickbooks': { enabled: false } };
    await flows.save({ ...settings, flows: off });
    await note([orderIds()[0] ?? '']);
    expect(await drainTenant(depsFor(), tenant.id)).toMatchObject({ started: 1, waiting: 0, dropped: 1 });
    await workOff();
  });

  it('[E9] told of again while they are taken out stay for the next run', async () => {
    const [id = ''] = orderIds();
    await note([id]);
    const deps = depsFor();
    const seen = await waiting();
    await note([id]);
    await deps.pending.remove(seen);
    expect((await waiting()).map(({ count }) => count)).toEqual([2, 2]);
    await deps.pending.remove(await waiting());
  });

  it('[E9] are found over all tenants, and one tenant in trouble stops no other', async () => {
    const other = await world.tenant('small');
    await note([orderIds()[0] ?? ''], 'order', depsFor(), other);
    await note([orderIds()[0] ?? '']);
    const deps = depsFor();
    const broken: DrainDeps = {
      ...deps,
      connections: {
        ...deps.connections,
        usable: (id) => (id === tenant.id ? Promise.reject(new Error('no')) : deps.connections.usable(id)),
      },
    };
    expect(await drainChanges(broken, () => true)).toMatchObject({ started: 2, failed: 2, complete: true });
    expect(await drainChanges(deps, () => true)).toMatchObject({ started: 2, failed: 0, complete: true });
    await workOff();
    expect((await runsOf(other)).map(({ status }) => status)).toEqual(['completed', 'completed']);
    expect(await drainChanges(deps, () => false)).toMatchObject({ complete: true });
  });
});

describe('whoever notes or carries changes and dies', () => {
  /** Notes an order, carries it; the first of the two dies as told, and schedule and queue do what they always do. */
  async function carryWith(kill: KillSwitch) {
    const owner = await world.tenant('small');
    const [id = ''] = orderIds();
    const attempt = async (work: (deps: DrainDeps) => Promise<unknown>) => {
      const deps = kill.killed ? depsFor() : depsFor(world.engine(kill));
      await work(deps).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
    };
    await attempt((deps) => note([id], 'order', deps, owner));
    // The sender of a webhook that was not answered sends it again.
    if (kill.killed) await note([id], 'order', depsFor(), owner);
    await attempt((deps) => drainTenant(deps, owner.id));
    await attempt((deps) => drainTenant(deps, owner.id));
    await workOff();
    await drainTenant(depsFor(), owner.id);
    await workOff();
    const { pending } = world.engine();
    return { left: await pending.routesOf(owner.id), books: booksOf(owner.company), ended: await endsOf(owner) };
  }
  const endsOf = async (owner: Pick<Tenant, 'id'>) => [
    ...new Set((await runsOf(owner)).map(({ status, ids }) => `${status} ${ids?.join()}`)),
  ];

  it('[E9][E3] at any call loses nothing and brings nothing twice', async () => {
    const counting = killSwitch();
    const undisturbed = await carryWith(counting);
    expect(undisturbed).toMatchObject({ left: [], ended: [`completed ${orderIds()[0]}`] });
    expect(undisturbed.books.invoices).toHaveLength(1);
    expect(counting.calls.length).toBeGreaterThan(10);
    for (const { call, when } of deaths(counting)) {
      const kill = killSwitch({ call, when });
      expect(await carryWith(kill), `died ${when} call ${call}, ${kill.calls.at(-1)}`).toEqual(undisturbed);
      expect(kill.killed).toBe(true);
    }
  });
});

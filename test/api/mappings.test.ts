import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMappingReader } from '#shared/connections/mapping-reader.ts';
import type { JsonObject } from '#shared/core/json.ts';
import { createJobRepository } from '#shared/data/job-repository.ts';
import { createLinkRepository } from '#shared/data/link-repository.ts';
import { createMappingRepository } from '#shared/data/mapping-repository.ts';
import { apiGroup } from '#shared/http/api-group.ts';
import type { JobMessage } from '#shared/jobs/ports.ts';
import { runJob } from '#shared/jobs/run-job.ts';
import { startJob } from '#shared/jobs/start-job.ts';
import type { MappingDocument } from '#shared/mapping/document.ts';
import { defaultMappings } from '#shared/mapping/documents/index.ts';
import { mappingReplay, mappingReplayKind } from '#shared/mapping-editor/replay.ts';
import { keptAudit, keptLog, startApi, type TestApi, type TestCaller } from '#test/support/api.ts';
import { wooOrders } from '#test/support/shop-view.ts';
import { shopOf, startWorld, type Tenant, type World } from '#test/support/world.ts';
import { mappingsEndpoints } from '../../functions/api/mappings/endpoints.ts';

type Order = ReturnType<typeof wooOrders>[number];

let world: World;
let tenant: Tenant;
let api: TestApi;
const audit = keptAudit();
const queued: JobMessage[] = [];
beforeAll(async () => {
  world = await startWorld({ shops: { shop: shopOf('tax_exclusive', 25, 9) }, withoutSupabase: true });
  tenant = await world.tenant('shop', { customFields: ['PO #', 'Rep', 'Gift'] });
  api = await startApi({ mappings: apiGroup(mappingsEndpoints(deps()), keptLog(), audit) });
});
afterAll(async () => {
  await api.close();
  await world.stop();
});

function deps() {
  const { clock, ids, connectionDeps, journal } = world.engine();
  const jobs = createJobRepository(world.table.table);
  const lane = { send: async (message: JobMessage) => void queued.push(message) };
  return {
    mappings: createMappingRepository(world.table.table),
    links: createLinkRepository(world.table.table),
    platforms: connectionDeps.connectors,
    reader: createMappingReader(connectionDeps),
    startReplay: (asked: Parameters<typeof startJob>[2]) => startJob({ jobs, lane, ids, clock }, mappingReplay, asked),
    jobs,
    journal,
    clock,
  };
}

/** Does the jobs that are queued. */
async function work(): Promise<void> {
  const { clock, ids, journal, history, connectionDeps } = world.engine();
  const jobs = createJobRepository(world.table.table);
  const keep = async (message: JobMessage) => void queued.push(message);
  const kind = mappingReplayKind(async () => ({
    history,
    journal,
    mappings: createMappingRepository(world.table.table),
    links: createLinkRepository(world.table.table),
    reader: createMappingReader(connectionDeps),
  }));
  const log = { warn: () => undefined };
  for (let message = queued.shift(); message; message = queued.shift()) {
    await runJob({ jobs, lane: { send: keep, sendAt: keep }, clock, ids, log }, message, { kinds: [kind], until: 0 });
  }
}

const invoiceId = 'woocommerce.order-quickbooks.invoice';
const as = (role: TestCaller['role'], own: Pick<Tenant, 'id'> = tenant): TestCaller => ({
  tenant: own.id,
  role,
  user: 'ada',
});
const call = (method: string, path: string, body?: unknown, caller = as('admin')) =>
  api.call(method, `/api/mappings${path}`, { as: caller, ...(body === undefined ? {} : { body }) });
const defaultOf = (id = invoiceId) => structuredClone(defaultMappings.get(id)) as MappingDocument;
function withMemo(memo: string): MappingDocument {
  const document = defaultOf();
  document.fields = [
    ...document.fields.filter(({ to }) => to !== 'CustomerMemo.value'),
    { to: 'CustomerMemo.value', value: memo },
  ];
  return document;
}
const rows = (value: unknown) => value as Record<string, unknown>[];

describe('[M-PATHS] the places of both ends', () => {
  it('are told with what the target refuses, so that an editor can offer them', async () => {
    const { status, json } = await call('GET', `/${invoiceId}/schema`, undefined, as('viewer'));
    expect(status).toBe(200);
    const source = new Map(rows(json.source).map((place) => [place.path, place]));
    expect(source.get('lines')).toMatchObject({ kind: 'list' });
    expect(source.get('lines[].total')).toMatchObject({ kind: 'decimal' });
    const target = new Map(rows(json.target).map((place) => [place.path, place]));
    expect(target.get('DocNumber')).toMatchObject({ kind: 'text', max_length: 21, required: false });
    expect(target.get('Line')).toMatchObject({ kind: 'list', required: true });
    expect(target.get('Line[].SalesItemLineDetail.ItemRef.value')).toMatchObject({ kind: 'text' });
    expect(json.references).toContain('customer');
    expect(json.settings).toContain('doc_number_prefix');
    expect((await call('GET', '/nothing.of-the.kind/schema')).json).toMatchObject({ code: 'mapping.not_found' });
  });

  it('have every place that a default writes', async () => {
    for (const [mappingId, document] of defaultMappings) {
      const { json } = await call('GET', `/${mappingId}/schema`, undefined, as('viewer'));
      if (json.target === null) continue;
      const free = rows(json.target).flatMap(({ path, kind }) => (kind === 'any' ? [`${path}.`] : []));
      const known = new Set(rows(json.target).map(({ path }) => path));
      const isKnown = (to: string) => known.has(to) || free.some((path) => to.startsWith(path));
      expect(document.fields.map(({ to }) => to).filter((to) => !isKnown(to))).toEqual([]);
    }
  });
});

describe('[M-DEFAULTS] the list', () => {
  it('has every mapping with the version in use, the default where nothing was saved', async () => {
    const { status, json } = await call('GET', '', undefined, as('viewer'));
    expect(status).toBe(200);
    expect(
      rows(json.items)
        .map(({ mapping_id }) => mapping_id)
        .toSorted(),
    ).toEqual([...defaultMappings.keys()].toSorted());
    expect(rows(json.items).every(({ version, is_default }) => version === 0 && is_default === true)).toBe(true);
    const one = await call('GET', `/${invoiceId}`, undefined, as('viewer'));
    expect(one.json).toMatchObject({ version: 0, document: defaultOf(), entity: 'orders' });
    expect((await call('GET', '/nothing.of-the.kind')).json).toMatchObject({ status: 404, code: 'mapping.not_found' });
  });
});

describe('[M-VERSIONS] saving over the API', () => {
  it('is for admins, checks first, names every fault by its path, and saves nothing then', async () => {
    const own = { id: 'faulty' };
    const body = {
      document: { ...defaultOf(), fields: [{ to: 'Nope', from: 'nope', via: [{ op: 'truncate', length: 0 }] }] },
      expected_version: 0,
    };
    expect((await call('PUT', `/${invoiceId}`, body, as('manager', own))).status).toBe(403);
    const refused = await call('PUT', `/${invoiceId}`, body, as('admin', own));
    expect(refused.json).toMatchObject({ status: 400, code: 'request.invalid' });
    expect(rows(refused.json.errors).map(({ path }) => path)).toEqual(['document.fields[0].via[0].length']);
    const checked = await call('POST', `/${invoiceId}/validate`, { document: body.document }, as('manager', own));
    expect(checked.json).toMatchObject({ valid: false, faults: [{ path: 'fields[0].via[0].length' }] });
    expect((await call('GET', `/${invoiceId}/versions`, undefined, as('viewer', own))).json.items).toEqual([]);
  });

  it('keeps every version with who, when and why, and takes one back as a new one', async () => {
    const own = { id: 'versioned' };
    const put = (memo: string, expected_version: number) =>
      call('PUT', `/${invoiceId}`, { document: withMemo(memo), expected_version, comment: memo }, as('admin', own));
    expect((await put('one', 0)).json).toMatchObject({
      version: 1,
      is_default: false,
      changed_by: 'ada',
      comment: 'one',
      document: withMemo('one'),
    });
    expect((await put('late', 0)).json).toMatchObject({ status: 409, code: 'mapping.changed_since', version: 1 });
    expect((await put('two', 1)).status).toBe(200);
    const restored = await call('POST', `/${invoiceId}/versions/1/restore`, { expected_version: 2 }, as('admin', own));
    expect(restored.json).toMatchObject({ version: 3, document: withMemo('one') });
    const back = await call('POST', `/${invoiceId}/versions/0/restore`, { expected_version: 3 }, as('admin', own));
    expect(back.json).toMatchObject({ version: 4, is_default: true, document: defaultOf() });
    const first = await call('GET', `/${invoiceId}/versions?limit=3`, undefined, as('viewer', own));
    expect(rows(first.json.items).map(({ version, restored_from }) => [version, restored_from])).toEqual([
      [4, 0],
      [3, 1],
      [2, null],
    ]);
    const more = await call(
      'GET',
      `/${invoiceId}/versions?limit=3&cursor=${first.json.next_cursor}`,
      undefined,
      as('viewer', own),
    );
    expect(more.json).toMatchObject({ items: [{ version: 1, comment: 'one', created_by: 'ada' }], next_cursor: null });
    expect((await call('GET', `/${invoiceId}/versions/2`, undefined, as('viewer', own))).json).toMatchObject({
      document: withMemo('two'),
    });
    for (const path of [`/${invoiceId}/versions/9`, `/${invoiceId}/versions/9/restore`]) {
      const method = path.endsWith('restore') ? 'POST' : 'GET';
      const missing = await call(
        method,
        path,
        method === 'POST' ? { expected_version: 4 } : undefined,
        as('admin', own),
      );
      expect(missing.json).toMatchObject({ status: 404, code: 'mapping.version_not_found' });
    }
    expect(audit.entries.filter(({ action }) => action === 'putMapping').at(-1)).toMatchObject({
      target: { type: 'mapping', id: invoiceId },
      outcome: 'ok',
    });
  });
});

describe('[M-EXCHANGE] export and import', () => {
  it('take what one workspace uses to another, all of it or nothing', async () => {
    const [from, to] = [{ id: 'from' }, { id: 'to' }];
    await call('PUT', `/${invoiceId}`, { document: withMemo('carried'), expected_version: 0 }, as('admin', from));
    const exported = await call('GET', '/export', undefined, as('viewer', from));
    expect(exported.json).toMatchObject({ format: 'easysale-sync/mappings' });
    const mappings = rows(exported.json.mappings);
    expect(mappings).toHaveLength(defaultMappings.size);

    const broken = structuredClone(exported.json) as { mappings: { document: MappingDocument }[] };
    broken.mappings[1]?.document.fields.push({ to: 'Nope', from: 'nope' });
    const last = broken.mappings.at(-1);
    if (last) last.document.id = 'other';
    const refused = await call('POST', '/import', broken, as('admin', to));
    expect(refused.json).toMatchObject({ status: 400, code: 'request.invalid' });
    const paths = rows(refused.json.errors).map(({ path }) => String(path));
    expect(paths.some((path) => path.startsWith('mappings[1].document.fields['))).toBe(true);
    expect(paths).toContain(`mappings[${mappings.length - 1}].document.id`);
    expect(
      rows((await call('GET', '', undefined, as('viewer', to))).json.items).every(({ version }) => version === 0),
    ).toBe(true);

    const stale = { mappings: [{ ...mappings[0], expected_version: 7 }, mappings[1]] };
    expect((await call('POST', '/import', stale, as('admin', to))).json).toMatchObject({
      code: 'mapping.changed_since',
    });
    const imported = await call('POST', '/import', { ...exported.json, comment: 'From the other' }, as('admin', to));
    expect(imported.status).toBe(200);
    expect((await call('GET', `/${invoiceId}`, undefined, as('viewer', to))).json).toMatchObject({
      version: 1,
      document: withMemo('carried'),
      comment: 'From the other',
    });
    const some = await call('GET', `/export?mapping_ids=${invoiceId}`, undefined, as('viewer', to));
    expect(rows(some.json.mappings)).toHaveLength(1);
    const twice = { mappings: [mappings[0], mappings[0], { ...mappings[1], mapping_id: 'x' }] };
    expect(rows((await call('POST', '/import', twice, as('admin', to))).json.errors).map(({ path }) => path)).toEqual([
      'mappings[1].mapping_id',
      'mappings[2].mapping_id',
    ]);
  });
});

describe('[M-PREVIEW] a preview', () => {
  const order = () => {
    const found = wooOrders(tenant.shop).find(({ status }) => status === 'processing');
    if (!found) throw new Error('the shop has no such order');
    return found;
  };

  it('shows a real record, each step of each field, and the payload; and writes nothing', async () => {
    const document = withMemo('x');
    document.fields.push({
      to: 'TrackingNum',
      from: 'number',
      via: [
        { op: 'prefix', path: 'settings.doc_number_prefix' },
        { op: 'expression', cel: 'value + "/" + string(size(lines))' },
      ],
    });
    const before = tenant.company.list('Invoice').length;
    const { status, json } = await call(
      'POST',
      `/${invoiceId}/preview`,
      { document, record: { id: order().id } },
      as('manager'),
    );
    expect(status).toBe(200);
    expect(json).toMatchObject({ outcome: 'mapped', faults: [], failure: null, record: { id: order().id } });
    const payload = json.payload as Record<string, unknown>;
    expect(payload).toMatchObject({ CustomerMemo: { value: 'x' }, TrackingNum: expect.stringMatching(/^\d+\/\d+$/) });
    expect(payload.CustomerRef).toMatchObject({ value: { $ref: { entity: 'customer' } } });
    const field = rows(json.fields).find(({ to }) => to === 'TrackingNum');
    expect(field).toMatchObject({
      at: `fields[${document.fields.length - 1}]`,
      outcome: 'written',
      input: order().number,
      steps: [
        { op: 'prefix', before: order().number },
        { op: 'expression', after: payload.TrackingNum },
      ],
      output: payload.TrackingNum,
    });
    expect(rows(json.fields).filter(({ to }) => /^Line\[0\]/.test(String(to))).length).toBeGreaterThan(3);
    expect(rows(json.rules).every(({ held }) => held)).toBe(true);
    expect(tenant.company.list('Invoice')).toHaveLength(before);
  });

  it('takes a pasted record, says why one is left out or fails, and shows a draft with faults', async () => {
    const real = await call('POST', `/${invoiceId}/preview`, { record: { id: order().id } }, as('manager'));
    const { id, data, raw } = real.json.record as { id: string; data: Record<string, unknown>; raw: object };
    const pasted = (changes: object) => ({ record: { id, data: { ...data, ...changes }, raw } });
    const again = await call('POST', `/${invoiceId}/preview`, pasted({}), as('manager'));
    expect(again.json.payload).toEqual(real.json.payload);
    const out = await call('POST', `/${invoiceId}/preview`, pasted({ status: 'draft' }), as('manager'));
    expect(out.json).toMatchObject({ outcome: 'excluded', payload: null, reason: expect.stringContaining('draft') });
    const failing = await call('POST', `/${invoiceId}/preview`, pasted({ number: '1'.repeat(40) }), as('manager'));
    expect(failing.json).toMatchObject({
      outcome: 'failed',
      failure: { code: 'mapping.too_long', field: 'DocNumber' },
    });
    expect(rows(failing.json.fields).at(-1)).toMatchObject({ to: 'DocNumber', outcome: 'failed' });
    const document = defaultOf();
    document.fields.push({ to: 'Nope', from: 'nope' });
    const draft = await call('POST', `/${invoiceId}/preview`, { document, ...pasted({}) }, as('manager'));
    expect(draft.json).toMatchObject({ outcome: 'mapped' });
    expect(rows(draft.json.faults).map(({ code }) => code)).toEqual(['unknown_target_field', 'unknown_source_path']);
  });

  it('goes by what the target has of a record, and of what its document asks about, as a sync does', async () => {
    const own = await world.tenant('shop');
    const choose = async (settings: object) => {
      const { connections } = world.engine().connectionDeps;
      const connection = await connections.find(own.id, 'quickbooks');
      await connections.patch(own.id, 'quickbooks', { settings: { ...connection?.settings, ...settings } as never });
    };
    const preview = async (mapping: string, record: string) => {
      const path = `/woocommerce.${mapping}/preview`;
      return (await call('POST', path, { record: { id: record } }, as('manager', own))).json;
    };
    const [product] = own.shop.shop.products.keys();
    const place = (more: object) => {
      const line = { product_id: product, quantity: 1, total: '20.00', subtotal: '20.00' };
      const { id } = own.shop.orders.create({ line_items: [line], ...more } as never) as unknown as { id: number };
      const found = wooOrders(own.shop).find((order) => order.id === String(id));
      if (!found) throw new Error(`no order ${id}`);
      return found;
    };
    const [paid, never] = [1, 2].map(() => place({ status: 'completed', set_paid: true })) as [Order, Order];
    const open = place({ status: 'on-hold' });
    await world.sync(own, 'orders', { ids: [paid.id, open.id] });
    expect(own.company.list('Invoice')).toHaveLength(2);
    const fromTheBeginning = [{ from: '2000-01-01', mode: 'daily_summary' }];
    await choose({ posting: fromTheBeginning });
    expect(await preview('order-quickbooks.invoice', paid.id)).toMatchObject({ outcome: 'mapped' });
    expect(await preview('order-quickbooks.payment', open.id)).toMatchObject({
      outcome: 'excluded',
      reason: expect.stringContaining('not paid'),
    });
    expect(await preview('order-quickbooks.payment', never.id)).toMatchObject({
      outcome: 'excluded',
      reason: expect.stringContaining('as one summary'),
    });

    const { id } = own.shop.refunds.create(Number(open.id), { amount: '1.00' });
    const refund = `${open.id}:${String(id)}`;
    const shown = await preview('refund-quickbooks.credit_memo', refund);
    expect(shown).toMatchObject({ outcome: 'mapped', payload: { DocNumber: expect.stringContaining(open.number) } });
    await world.sync(own, 'refunds', { ids: [refund] });
    expect(own.company.list('CreditMemo')).toMatchObject([{ DocNumber: (shown.payload as JsonObject).DocNumber }]);

    const memo = 'woocommerce.refund-quickbooks.credit_memo';
    const document = defaultOf(memo);
    document.fields = document.fields.filter(({ to }) => to !== 'PrivateNote');
    const started = await call('POST', `/${memo}/replay`, { document }, as('manager', own));
    await work();
    const replayed = await call('GET', `/replays/${started.json.replay_id}`, undefined, as('viewer', own));
    expect(replayed.json.items).toMatchObject([
      { source_id: refund, active: { kind: 'mapped' }, draft: { kind: 'mapped' }, fields: [{ path: 'PrivateNote' }] },
    ]);
  });

  it('refuses what is no question', async () => {
    const missing = await call('POST', `/${invoiceId}/preview`, { record: { id: '99999999' } }, as('manager'));
    expect(missing.json).toMatchObject({ status: 404, code: 'mapping.record_not_found' });
    for (const body of [{}, { record: { raw: {} } }, { document: { fields: 1 }, record: { data: {} } }]) {
      expect((await call('POST', `/${invoiceId}/preview`, body, as('manager'))).json).toMatchObject({
        status: 400,
        code: 'request.invalid',
      });
    }
    expect((await call('POST', `/${invoiceId}/preview`, { record: { id: '1' } }, as('viewer'))).status).toBe(403);
    const nobody = await call(
      'POST',
      `/${invoiceId}/preview`,
      { record: { id: '1' } },
      as('manager', { id: 'unconnected' }),
    );
    expect(nobody.status).toBe(409);
  });
});

describe('[M-REPLAY] a replay', () => {
  it('names every record of the last ones that a draft makes otherwise, field by field, and writes nothing', async () => {
    await world.sync(tenant, 'orders');
    const books = JSON.stringify(tenant.company.list('Invoice'));
    const document = defaultOf();
    document.fields = document.fields.filter(({ to }) => to !== 'PrivateNote');
    document.include = [
      ...(document.include ?? []),
      { when: { path: 'status', not_equals: 'on-hold' }, otherwise: 'Held back.' },
    ];
    const started = await call('POST', `/${invoiceId}/replay`, { document, records: 200 }, as('manager'));
    expect(started).toMatchObject({ status: 202, json: { status: 'queued' } });
    tenant.company.resetMeters();
    await work();
    const { json } = await call('GET', `/replays/${started.json.replay_id}`, undefined, as('viewer'));
    expect(json).toMatchObject({ status: 'completed', mapping_id: invoiceId, failure: null });
    expect(json.records).toBeGreaterThan(10);
    const items = rows(json.items);
    expect(items).toHaveLength(Number(json.different));
    const written = items.filter(({ draft }) => (draft as { kind: string }).kind === 'mapped');
    expect(written.length).toBeGreaterThan(5);
    for (const item of written) {
      expect(item).toMatchObject({ change: 'different', active: { kind: 'mapped' } });
      expect(rows(item.fields)).toEqual([
        { path: 'PrivateNote', before: expect.stringContaining('WooCommerce order'), after: null },
      ]);
    }
    for (const item of items.filter((each) => !written.includes(each))) {
      expect(item).toMatchObject({ draft: { kind: 'excluded', reason: 'Held back.' } });
    }
    expect(JSON.stringify(tenant.company.list('Invoice'))).toBe(books);
    expect(tenant.company.meters).toMatchObject({ writes: 0 });
  });

  it('of the mapping in use finds nothing', async () => {
    const started = await call('POST', `/${invoiceId}/replay`, { document: defaultOf() }, as('manager'));
    await work();
    const { json } = await call('GET', `/replays/${started.json.replay_id}`, undefined, as('viewer'));
    expect(json).toMatchObject({ status: 'completed', different: 0, items: [] });
  });

  it("is refused for a document that could not be saved, and is nobody else's", async () => {
    const document = { ...defaultOf(), fields: [{ to: 'Nope', value: 1 }] };
    expect((await call('POST', `/${invoiceId}/replay`, { document }, as('manager'))).status).toBe(400);
    expect(
      (await call('POST', `/${invoiceId}/replay`, { document: defaultOf(), records: 201 }, as('manager'))).status,
    ).toBe(400);
    const started = await call('POST', `/${invoiceId}/replay`, { document: defaultOf() }, as('manager'));
    const foreign = await call('GET', `/replays/${started.json.replay_id}`, undefined, as('viewer', { id: 'foreign' }));
    expect(foreign.json).toMatchObject({ status: 404, code: 'mapping.replay_not_found' });
    queued.length = 0;
  });
});

describe('[M-CUSTOMFIELDS] custom fields', () => {
  it('arrive on the invoice, change with the order, and cost nothing when nothing changed', async () => {
    const own = await world.tenant('shop', { customFields: ['PO #', 'Rep', 'Gift'] });
    const custom = (DefinitionId: string, field: object) => ({
      to: 'CustomField',
      fields: [
        { to: 'DefinitionId', value: DefinitionId },
        { to: 'Type', value: 'StringType' },
        { to: 'StringValue', ...field },
      ],
    });
    const document = defaultOf();
    document.fields.push(
      custom('1', { from: 'number', via: [{ op: 'truncate', length: 31 }] }),
      custom('2', {
        from: 'note',
        via: [
          { op: 'default', value: '-' },
          { op: 'truncate', length: 31 },
        ],
      }),
      custom('3', { value: 'Web' }),
    );
    const saved = await call('PUT', `/${invoiceId}`, { document, expected_version: 0 }, as('admin', own));
    expect(saved.status).toBe(200);
    await world.sync(own, 'orders');
    const invoices = own.company.list('Invoice');
    expect(invoices.length).toBeGreaterThan(5);
    for (const { CustomField, DocNumber } of invoices) {
      expect(CustomField).toMatchObject([
        { DefinitionId: '1', Name: 'PO #', StringValue: DocNumber },
        { DefinitionId: '2', Name: 'Rep' },
        { DefinitionId: '3', Name: 'Gift', StringValue: 'Web' },
      ]);
    }
    own.company.resetMeters();
    expect((await world.sync(own, 'orders')).legs[0]?.counts).toMatchObject({ created: 0, updated: 0 });
    expect(own.company.meters).toMatchObject({ writes: 0 });
    const order = wooOrders(own.shop).find(({ number }) => invoices.some(({ DocNumber }) => DocNumber === number));
    own.shop.orders.edit(Number(order?.id), { customer_note: 'Ring twice' });
    await world.sync(own, 'orders');
    const changed = own.company.list('Invoice').find(({ DocNumber }) => DocNumber === order?.number);
    expect(changed?.CustomField).toMatchObject([{}, { StringValue: 'Ring twice' }, {}]);
  });
});

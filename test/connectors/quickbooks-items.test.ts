import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createQuickBooks } from '#shared/connectors/quickbooks/index.ts';
import type { WriteOutcome } from '#shared/connectors/target.ts';
import { unwrap } from '#shared/core/failure.ts';
import type { JsonObject } from '#shared/core/json.ts';
import { applyMapping } from '#shared/mapping/apply.ts';
import { productToItem } from '#shared/mapping/documents/woocommerce-quickbooks.ts';
import {
  ann,
  appAt,
  create,
  invoice,
  type OpenBooks,
  openBooks,
  type Platform,
  salesLine,
  startPlatform,
  update,
  write,
} from './books.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.simulator.close());

const inventory = { item_type: 'Inventory', expense_account: '80', asset_account: '81' };

/** The item that the product's mapping makes of a mug. */
function mug(books: OpenBooks, more: JsonObject = {}): JsonObject {
  const product = { kind: 'simple', name: 'Mug', sku: 'M-1', description: 'Mug', price: '12.5', stock_quantity: '7' };
  const mapped = applyMapping(productToItem, {
    ...product,
    created_at: '2026-02-11T03:30:00.000Z',
    ...more,
    record: { id: '7', required: false, written: false },
    store: { time_zone: 'America/New_York' },
    books: books.context.profile,
    settings: books.settings,
  });
  if (mapped.kind !== 'mapped') throw new Error(JSON.stringify(mapped));
  return mapped.payload as JsonObject;
}

const idOf = (outcome: WriteOutcome | undefined): string =>
  outcome && 'target' in outcome ? outcome.target.id : 'failed';

async function faultsOf(company: Parameters<typeof openBooks>[1], chosen: JsonObject) {
  const books = await openBooks(platform, company);
  const { verifySettings, settings } = createQuickBooks(appAt(platform.simulator.url));
  const merged = settings.parse({ ...books.settings, ...chosen }) as JsonObject;
  const faults = unwrap(
    (await verifySettings?.({ ...books.context, settings: merged }, chosen)) ?? { ok: true, value: [] },
  );
  return faults.map(({ path, code }) => [path, code]);
}

describe('an inventory item', () => {
  it('[I9] [F4] begins on the day the product was made, with nothing or with what the shop has', async () => {
    const books = await openBooks(platform, {}, { settings: inventory });
    const [made] = await write(books, 'item', 'b-1', create(mug(books)));
    expect(books.company.get('Item', idOf(made))).toMatchObject({
      Type: 'Inventory',
      TrackQtyOnHand: true,
      QtyOnHand: '0',
      InvStartDate: '2026-02-10',
      IncomeAccountRef: { value: '79' },
      ExpenseAccountRef: { value: '80' },
      AssetAccountRef: { value: '81' },
    });

    const chosen = { ...inventory, opening_quantity: 'shop_stock', inventory_start: '2026-01-01' };
    const other = await openBooks(platform, {}, { settings: chosen });
    const [stocked] = await write(other, 'item', 'b-1', create(mug(other)));
    expect(other.company.get('Item', idOf(stocked))).toMatchObject({ QtyOnHand: '7', InvStartDate: '2026-01-01' });
  });

  it('[I9] [F4] is no inventory where the shop does not count it, nor by another setting', async () => {
    const books = await openBooks(platform, {}, { settings: inventory });
    expect(mug(books, { stock_quantity: null })).toMatchObject({ Type: 'NonInventory' });
    expect(mug(books, { kind: 'system' })).toMatchObject({ Type: 'Service' });
    const services = await openBooks(platform, {}, { settings: { item_type: 'Service' } });
    expect(mug(services)).toMatchObject({ Type: 'Service' });
    expect(mug(services)).not.toHaveProperty('QtyOnHand');
  });

  it('[I9] [F4] keeps quantity, day and type whatever the shop says later: an update adjusts no stock', async () => {
    const books = await openBooks(platform, {}, { settings: { ...inventory, opening_quantity: 'shop_stock' } });
    const [made] = await write(books, 'item', 'b-1', create(mug(books)));
    expect(made).toMatchObject({ assigned: { QtyOnHand: '7', InvStartDate: '2026-02-10', Type: 'Inventory' } });
    ann(books);
    const line = salesLine('12.50', { ItemRef: { value: idOf(made) }, Qty: '1', UnitPrice: '12.5' });
    await write(books, 'invoice', 'b-2', create(invoice('1', '12.50', { Line: [line] })));
    const later = { ...mug(books, { stock_quantity: '30' }), UnitPrice: '13' };
    await write(books, 'item', 'b-3', update(later, idOf(made), '0'));
    expect(books.company.get('Item', idOf(made))).toMatchObject({
      QtyOnHand: '6',
      InvStartDate: '2026-02-10',
      UnitPrice: '13',
    });
  });

  it('[I9] [F4] sold before it begins is named with both days', async () => {
    const books = await openBooks(platform, {}, { settings: { ...inventory, inventory_start: '2026-03-01' } });
    ann(books);
    const [made] = await write(books, 'item', 'b-1', create(mug(books)));
    const line = salesLine('12.50', { ItemRef: { value: idOf(made) }, Qty: '1', UnitPrice: '12.5' });
    const [sale] = await write(books, 'invoice', 'b-2', create(invoice('1', '12.50', { Line: [line] })));
    expect(sale).toMatchObject({
      kind: 'failed',
      failure: {
        category: 'conflict',
        code: 'quickbooks.before_inventory_start',
        platform_code: '6270',
        reason: `QuickBooks: the sale is of 2026-02-27, and item ${idOf(made)} “Mug” starts on 2026-03-01.`,
      },
    });
  });

  it('[I9] [F4] needs its three accounts, of their kinds, before it can be chosen', async () => {
    expect(await faultsOf({}, { item_type: 'Inventory' })).toEqual([
      ['expense_account', 'missing_reference'],
      ['asset_account', 'missing_reference'],
    ]);
    expect(await faultsOf({}, { ...inventory, income_account: '1', expense_account: '7', asset_account: '4' })).toEqual(
      [
        ['income_account', 'unfit_reference'],
        ['expense_account', 'unfit_reference'],
        ['asset_account', 'unfit_reference'],
      ],
    );
    expect(await faultsOf({}, inventory)).toEqual([]);
  });

  it('[I9] [F4] cannot be chosen where the subscription has none, and says what to do where it is lost later', async () => {
    expect(await faultsOf({ plan: 'Essentials' }, inventory)).toEqual([['item_type', 'unsupported']]);
    const books = await openBooks(platform, {}, { settings: inventory });
    books.company.settings.plan = 'Simple Start';
    const [outcome] = await write(books, 'item', 'b-1', create(mug(books)));
    expect(outcome).toMatchObject({
      kind: 'failed',
      failure: {
        code: 'quickbooks.subscription_feature',
        platform_code: '5030',
        fix: expect.stringContaining('Type of new items'),
      },
    });
  });
});

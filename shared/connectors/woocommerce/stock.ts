import * as z from 'zod';
import { chunks } from '../../core/chunks.ts';
import { ok, type Result } from '../../core/failure.ts';
import type { Json } from '../../core/json.ts';
import { plainDecimal } from '../../core/money.ts';
import type { ConnectionContext } from '../connector.ts';
import type { StockKeeper, StockLevel, StockMovement } from '../stock-keeper.ts';
import { createClient, type WooCommerceClient } from './client.ts';
import { readAll, readAllPages, readChanges, readListed } from './read-pages.ts';
import { gmt, id, quantity, text } from './values.ts';

/** A variation is written under its parent, so its id names both: `41/77`. */
const itemOf = (product: string, variation: string): string =>
  variation === '0' ? product : `${product}/${variation}`;

const lineSchema = z.object({
  product_id: id.default('0'),
  variation_id: id.default('0'),
  quantity: quantity.default('0'),
  meta_data: z.array(z.object({ key: text, value: z.unknown() })).default([]),
});
const orderSchema = z.object({
  id,
  number: text,
  date_created_gmt: gmt,
  date_modified_gmt: gmt,
  date_paid_gmt: gmt.optional(),
  line_items: z.array(lineSchema),
});
const productSchema = z.object({
  id,
  sku: text,
  type: z.string().optional(),
  /** `parent`: a variation that shares the number of its product. */
  manage_stock: z.union([z.boolean(), z.literal('parent')]),
  stock_quantity: quantity.nullish(),
  date_modified_gmt: gmt.optional(),
});

const orderFields = 'id,number,status,date_created_gmt,date_modified_gmt,date_paid_gmt,line_items';
const productFields = 'id,sku,type,manage_stock,stock_quantity,date_modified_gmt';
/** What WooCommerce notes on a line when it takes pieces off stock, and takes away when it puts them back. */
const mark = '_reduced_stock';
/** Changes one call takes. */
const batchSize = 100;

/**
 * Stock of the shop. REST has no relative change: numbers can only be set. What the shop itself took off for an order
 * stands on the order's lines, so it can be told from what anybody wrote.
 */
export function openStock(context: ConnectionContext): StockKeeper {
  const client = createClient(context);
  return {
    async movements({ since, cursor }) {
      const page = await readChanges(client, 'wc/v3/orders', { _fields: orderFields }, changesSince(since, cursor));
      if (!page.ok) return page;
      const orders = page.value.rows.flatMap((row) => {
        const parsed = orderSchema.safeParse(row);
        return parsed.success ? [parsed.data] : [];
      });
      const documents = orders.map((order) => ({ document: `order/${order.id}`, movements: movementsOf(order) }));
      return ok({ documents, newest: newestOf(orders), next: page.value.next });
    },

    async levels({ since, cursor }) {
      const page =
        since === null
          ? await readAll(client, 'wc/v3/products', { _fields: productFields }, cursor)
          : await readChanges(client, 'wc/v3/products', { _fields: productFields }, changesSince(since, cursor));
      if (!page.ok) return page;
      const products = productsOf(page.value.rows);
      const levels = products.flatMap((product) => levelOf(product, '') ?? []);
      for (const { id: parent } of products.filter(({ type }) => type === 'variable')) {
        const own = await variationLevels(client, parent);
        if (!own.ok) return own;
        levels.push(...own.value);
      }
      return ok({ levels, newest: newestOf(products), next: page.value.next });
    },

    async levelsOf(items) {
      const levels: StockLevel[] = [];
      for (const [parent, ids] of byParent(items)) {
        const rows = await readListed(client, pathOf(parent), { _fields: productFields }, ids);
        if (!rows.ok) return rows;
        levels.push(...productsOf(rows.value).flatMap((product) => levelOf(product, parent) ?? []));
      }
      return ok(levels);
    },

    async write(numbers) {
      const written = new Map<string, string>();
      const wanted = new Map(numbers.map(({ item, quantity: number }) => [item, number]));
      for (const [parent, ids] of byParent(numbers.map(({ item }) => item))) {
        for (const group of chunks(ids, batchSize)) {
          const update = group.map((each) => ({
            id: Number(each),
            stock_quantity: Number(wanted.get(parent ? `${parent}/${each}` : each)),
          }));
          const reply = await client.batch(pathOf(parent), { create: [], update, delete: [] });
          if (!reply.ok) return reply;
          const { update: rows } = z.object({ update: z.array(z.unknown()).default([]) }).parse(reply.value);
          for (const product of productsOf(rows)) {
            const level = levelOf(product, parent);
            if (level) written.set(level.item, level.quantity);
          }
        }
      }
      return ok(numbers.map(({ item }) => written.get(item)));
    },
  };
}

const changesSince = (since: string, cursor: Json | null) =>
  ({ mode: 'incremental', since, filters: {}, cursor }) as const;

const pathOf = (parent: string): string => (parent ? `wc/v3/products/${parent}/variations` : 'wc/v3/products');

function movementsOf(order: z.infer<typeof orderSchema>): StockMovement[] {
  const changed = order.date_modified_gmt ?? order.date_created_gmt ?? new Date(0).toISOString();
  return order.line_items.map(({ product_id, variation_id, quantity: pieces, meta_data }) => {
    const taken = quantity.safeParse(meta_data.find(({ key }) => key === mark)?.value);
    const off = taken.success ? plainDecimal(taken.data) : '0';
    return {
      label: `Order ${order.number || order.id}`,
      // A variation may share the number of its product.
      items: [...new Set([itemOf(product_id, variation_id), product_id])],
      // An order that was never paid may never have taken anything.
      pieces: order.date_paid_gmt ? plainDecimal(pieces) : off,
      taken: off,
      at: order.date_paid_gmt ?? order.date_created_gmt ?? changed,
      changed_at: changed,
    };
  });
}

async function variationLevels(client: WooCommerceClient, parent: string): Promise<Result<StockLevel[]>> {
  const rows = await readAllPages(client, pathOf(parent), { _fields: productFields });
  return rows.ok ? ok(productsOf(rows.value).flatMap((product) => levelOf(product, parent) ?? [])) : rows;
}

function productsOf(rows: readonly unknown[]): z.infer<typeof productSchema>[] {
  return rows.flatMap((row) => {
    const parsed = productSchema.safeParse(row);
    return parsed.success ? [parsed.data] : [];
  });
}

/** Undefined for what the shop keeps no number of. */
function levelOf(product: z.infer<typeof productSchema>, parent: string): StockLevel | undefined {
  if (product.manage_stock !== true || product.stock_quantity === null || product.stock_quantity === undefined) {
    return undefined;
  }
  const item = parent ? `${parent}/${product.id}` : product.id;
  return { item, product: product.id, sku: product.sku || null, quantity: plainDecimal(product.stock_quantity) };
}

function newestOf(rows: readonly { readonly date_modified_gmt?: string | null | undefined }[]): string | null {
  const dates = rows.flatMap(({ date_modified_gmt }) => date_modified_gmt ?? []);
  return dates.length === 0 ? null : dates.reduce((a, b) => (a > b ? a : b));
}

/** Ids by the product they are variations of; of products under ''. */
function byParent(items: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const item of items) {
    const [first = '', second] = item.split('/');
    const parent = second === undefined ? '' : first;
    groups.set(parent, [...(groups.get(parent) ?? []), second ?? first]);
  }
  return groups;
}

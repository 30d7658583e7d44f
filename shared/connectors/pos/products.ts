import type { JsonObject } from '../../core/json.ts';
import { isDecimalText, plainDecimal } from '../../core/money.ts';
import type { PosLine } from '../../model/pos-event.ts';
import type { ShelfRecord } from '../../model/shelf.ts';
import type { EmbeddedRecord, SourceRecord } from '../source.ts';

/** A product is known by its id on the shelf, by its SKU, or by its name alone. */
export function productRef({ product_ref, sku, name }: PosLine): string {
  return product_ref || (sku ? `${bySku}${sku}` : `${byName}${name}`);
}

const bySku = 'sku:';
const byName = 'name:';

export const isProductOfReceipt = (id: string): boolean => id.startsWith(bySku) || id.startsWith(byName);

/**
 * The product of a line, as much as the line says of it. Goods without an id on the shelf are known from receipts only;
 * for the others it serves where the shelf does not have them.
 */
export function unlistedProduct(line: PosLine): EmbeddedRecord {
  const data = {
    kind: 'unlisted',
    status: 'unlisted',
    parent_source_id: null,
    name: line.name || line.sku || 'Product',
    sku: line.sku ?? null,
    description: line.name,
    price: null,
    regular_price: null,
    stock_quantity: null,
    created_at: null,
    modified_at: null,
  };
  const record = { entity: 'product', id: productRef(line), label: data.name, modified_at: null, data, raw: {} };
  return { authoritative: !line.product_ref, record };
}

/** A product of the shelf in canonical form. */
export function productRecord({ id, body, changed_at, gone }: ShelfRecord): SourceRecord {
  const text = (name: string): string | null =>
    typeof body[name] === 'string' && body[name] !== '' ? body[name] : null;
  const price = (name: string): string | null => (isDecimalText(body[name]) ? plainDecimal(body[name]) : null);
  const name = text('name') ?? text('sku') ?? `Product ${id}`;
  return {
    entity: 'product',
    id,
    label: name,
    modified_at: changed_at,
    raw: body as JsonObject,
    data: {
      kind: text('kind') ?? 'simple',
      status: gone ? 'gone' : (text('status') ?? 'publish'),
      parent_source_id: text('parent_id'),
      name,
      sku: text('sku'),
      description: text('description') ?? name,
      price: price('price'),
      regular_price: price('regular_price'),
      stock_quantity: null,
      created_at: null,
      modified_at: changed_at,
    },
  };
}

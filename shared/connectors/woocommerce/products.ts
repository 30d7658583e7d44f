import * as z from 'zod';
import type { JsonObject } from '../../core/json.ts';
import { isDecimalText, plainDecimal } from '../../core/money.ts';
import { plainText } from '../../core/text.ts';
import type { SourceRecord } from '../source.ts';
import { gmt, id, quantity, stableRaw, text } from './values.ts';

const productSchema = z.object({
  id,
  name: text,
  type: z.string(),
  status: text,
  sku: text,
  price: text,
  regular_price: text,
  description: text,
  short_description: text,
  stock_quantity: z.union([z.literal('').transform(() => null), quantity]).nullish(),
  parent_id: id.optional(),
  date_created_gmt: gmt.optional(),
  date_created: gmt,
  date_modified_gmt: gmt.optional(),
  date_modified: gmt,
  attributes: z.array(z.object({ option: text.optional() })).default([]),
});

/**
 * A product or variation in canonical form. A variation's listing names only its options, so the parent's name comes in
 * from outside. @throws ZodError for anything else.
 */
export function productRecord(raw: Record<string, unknown>, parent?: { readonly name: string }): SourceRecord {
  const product = productSchema.parse(raw);
  const name = parent ? variationName(parent.name, product) : plainText(product.name);
  const price = (value: string): string | null => (isDecimalText(value) ? plainDecimal(value) : null);
  const stock = product.stock_quantity;
  return {
    entity: 'product',
    id: product.id,
    label: name || `Product ${product.id}`,
    modified_at: product.date_modified_gmt ?? null,
    raw: stableRaw(raw) as JsonObject,
    data: {
      kind: product.type,
      status: product.status,
      parent_source_id: product.parent_id && product.parent_id !== '0' ? product.parent_id : null,
      name: name || `Product ${product.id}`,
      sku: product.sku || null,
      description: plainText(product.short_description) || plainText(product.description) || name,
      price: price(product.price),
      regular_price: price(product.regular_price),
      stock_quantity: stock === null || stock === undefined ? null : plainDecimal(stock),
      created_at: product.date_created_gmt ?? null,
      modified_at: product.date_modified_gmt ?? null,
    },
  };
}

function variationName(parentName: string, product: z.infer<typeof productSchema>): string {
  const parent = plainText(parentName);
  const own = plainText(product.name);
  if (own.startsWith(parent) && own !== parent) return own;
  const options = product.attributes
    .map(({ option }) => plainText(option ?? ''))
    .filter(Boolean)
    .join(', ');
  return `${parent} - ${options || own || product.id}`;
}

import * as z from 'zod';
import { parseExact } from '#shared/core/json.ts';
import { isDecimalText } from '#shared/core/money.ts';
import { invalidParams, WooError } from './errors.ts';
import { type MetaValue, orderStatuses } from './model.ts';
import { isEmail } from './sanitize.ts';

/** Amounts may come as text or as JSON numbers; numbers keep their digits. */
const amount = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => text === '' || isDecimalText(text));
const integer = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);
const text = z.union([z.string(), z.number()]).transform(String);
const bool = z.union([
  z.boolean(),
  z.enum(['true', 'false', '1', '0']).transform((value) => value === 'true' || value === '1'),
]);
const metaValue = z.unknown().transform((value) => (value ?? null) as MetaValue);
const meta = z.array(z.object({ id: integer.optional(), key: z.string().optional(), value: metaValue }));

const address = z
  .object({
    first_name: text,
    last_name: text,
    company: text,
    address_1: text,
    address_2: text,
    city: text,
    state: text,
    postcode: text,
    country: text,
    phone: text,
    email: z.string(),
  })
  .partial();

const lineItem = z.object({
  id: integer.optional(),
  product_id: integer.optional(),
  variation_id: integer.optional(),
  sku: text.optional(),
  name: text.optional(),
  quantity: integer.nullish(),
  subtotal: amount.optional(),
  total: amount.optional(),
  tax_class: text.optional(),
  meta_data: meta.optional(),
});

export const orderInput = z
  .object({
    status: z.enum(['trash', ...orderStatuses]),
    currency: text,
    customer_id: integer,
    customer_note: text,
    billing: address,
    shipping: address,
    payment_method: text,
    payment_method_title: text,
    transaction_id: text,
    created_via: text,
    set_paid: bool,
    meta_data: meta,
    line_items: z.array(lineItem),
    shipping_lines: z.array(
      z.object({
        id: integer.optional(),
        method_id: text.nullish(),
        method_title: text.optional(),
        total: amount.optional(),
      }),
    ),
    fee_lines: z.array(
      z.object({
        id: integer.optional(),
        name: text.nullish(),
        total: amount.optional(),
        tax_class: text.optional(),
        tax_status: z.enum(['taxable', 'none']).optional(),
      }),
    ),
    coupon_lines: z.array(z.object({ code: text })),
  })
  .partial();

export type OrderInput = z.infer<typeof orderInput>;

export const refundInput = z
  .object({
    amount,
    reason: text,
    api_refund: bool,
    api_restock: bool,
    line_items: z.array(
      z.object({
        id: integer,
        quantity: integer.optional(),
        refund_total: amount.optional(),
        refund_tax: z.array(z.object({ id: integer, refund_total: amount })).optional(),
      }),
    ),
  })
  .partial();

export const productInput = z
  .object({
    name: text,
    type: z.enum(['simple', 'grouped', 'external', 'variable']),
    status: z.enum(['draft', 'pending', 'private', 'publish', 'future', 'trash']),
    sku: text,
    regular_price: amount,
    sale_price: amount,
    description: text,
    short_description: text,
    tax_status: z.enum(['taxable', 'none']),
    tax_class: text,
    virtual: bool,
    downloadable: bool,
    manage_stock: bool,
    stock_quantity: integer.nullable(),
    weight: text,
    meta_data: meta,
  })
  .partial();

export const variationInput = productInput.extend({
  attributes: z.array(z.object({ id: integer.optional(), name: text.optional(), option: text.optional() })).optional(),
});

export const customerInput = z
  .object({
    id: integer,
    email: text,
    first_name: text,
    last_name: text,
    username: text,
    password: text,
    billing: address,
    shipping: address,
    meta_data: meta,
  })
  .partial();

export type AddressInput = z.infer<typeof address>;
export type MetaInput = z.infer<typeof meta>;

/** @throws WooError 400 `rest_invalid_json` as WordPress words it. */
export function parseBody(raw: string): unknown {
  if (raw.trim() === '') return {};
  try {
    return parseExact(raw);
  } catch {
    const detail = { status: 400, json_error_code: 4, json_error_message: 'Syntax error' };
    throw new WooError(400, 'rest_invalid_json', 'Invalid JSON body passed.', detail);
  }
}

/** Reads a body against a schema. @throws WooError 400 `rest_invalid_param` naming the top-level fields at fault. */
export function readInput<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (!result.success) {
    const names = new Set(result.error.issues.map(({ path }) => String(path[0] ?? 'body')));
    throw invalidParams(
      Object.fromEntries(
        [...names].map((name) => [name, { code: 'rest_invalid_type', message: `Invalid parameter: ${name}.` }]),
      ),
    );
  }
  return result.data;
}

/** An e-mail that is given must be one: even an empty text is refused. @throws WooError 400 */
export function checkBillingEmail(billing: AddressInput | undefined): void {
  if (billing?.email === undefined || isEmail(billing.email)) return;
  throw invalidParams({ billing: { code: 'rest_invalid_email', message: 'Invalid email address.' } });
}

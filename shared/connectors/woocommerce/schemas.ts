import type { ObjectSchema, RecordSchema, RecordSchemas } from '../../model/record-schema.ts';

const [text, decimal, integer, boolean, instant, any] = (
  ['text', 'decimal', 'integer', 'boolean', 'instant', 'any'] as const
).map((kind): RecordSchema => ({ kind })) as [
  RecordSchema,
  RecordSchema,
  RecordSchema,
  RecordSchema,
  RecordSchema,
  RecordSchema,
];
const object = (fields: ObjectSchema['fields']): ObjectSchema => ({ kind: 'object', fields });
const list = (of: RecordSchema): RecordSchema => ({ kind: 'list', of });
const all = (kind: RecordSchema, ...names: readonly string[]): Record<string, RecordSchema> =>
  Object.fromEntries(names.map((name) => [name, kind]));

const address = object(
  all(
    text,
    ...['first_name', 'last_name', 'company', 'address_1', 'address_2', 'city', 'state', 'postcode', 'country'],
    'phone',
  ),
);

const billing = object({ ...address.fields, email: text });

const posting = object({
  ...all(text, 'id', 'kind', 'product_ref', 'sku', 'name', 'description', 'taxed', 'tax_rates'),
  ...all(decimal, 'quantity', 'unit_price', 'subtotal', 'total', 'tax_total', 'tax_percent'),
  position: integer,
  raw: any,
});
const line = object({
  ...posting.fields,
  shares: list(object({ ...all(decimal, 'total', 'tax_total', 'tax_percent'), tax_rates: text })),
});

/** What lines of a refund have beside those of an order. */
const ofRefund = { allocated: boolean, order_line_ref: text };

/** Canonical records as the converters beside this file make them; a test holds both together. */
export const sourceSchemas: RecordSchemas = {
  order: object({
    ...all(text, 'number', 'status', 'currency', 'coupon_summary', 'note'),
    ...all(instant, 'placed_at', 'created_at', 'modified_at', 'paid_at', 'completed_at', 'deleted_at'),
    ...all(decimal, 'subtotal', 'discount_total', 'shipping_total', 'fee_total', 'tax_total', 'total', 'refund_total'),
    prices_include_tax: boolean,
    customer: object({ ref: text }),
    billing,
    shipping: address,
    payment: object(all(text, 'method', 'title', 'transaction_id')),
    lines: list(line),
    postings: list(posting),
  }),
  refund: object({
    ...all(text, 'id', 'order_ref', 'number', 'order_number', 'order_status', 'reason', 'currency'),
    ...all(instant, 'order_placed_at', 'order_paid_at', 'refunded_at', 'created_at', 'modified_at'),
    ...all(decimal, 'amount', 'tax_total', 'order_total'),
    ...all(boolean, 'was_paid', 'by_line'),
    customer: object({ ref: text }),
    day_customer: object({ ref: text }),
    billing,
    shipping: address,
    payment: object(all(text, 'method', 'title', 'transaction_id')),
    lines: list(object({ ...line.fields, ...ofRefund })),
    postings: list(object({ ...posting.fields, ...ofRefund })),
  }),
  customer: object({
    ...all(text, 'email', 'first_name', 'last_name', 'display_name', 'qualifier', 'company', 'phone', 'country'),
    ...all(instant, 'created_at', 'modified_at'),
    currency: text,
    is_guest: boolean,
    billing,
    shipping: address,
  }),
  product: object({
    ...all(text, 'kind', 'status', 'parent_source_id', 'name', 'sku', 'description'),
    ...all(decimal, 'price', 'regular_price', 'stock_quantity'),
    ...all(instant, 'created_at', 'modified_at'),
  }),
};

/** What a customer is written from; company and phone are those of its billing address. */
export const targetSchemas: RecordSchemas = {
  customer: object({
    email: { kind: 'text', required: true, max_length: 100 },
    ...all(text, 'first_name', 'last_name', 'company', 'phone'),
    billing: object(all(text, 'address_1', 'address_2', 'city', 'state', 'postcode', 'country')),
    shipping: object(
      all(
        text,
        'first_name',
        'last_name',
        'company',
        'address_1',
        'address_2',
        'city',
        'state',
        'postcode',
        'country',
        'phone',
      ),
    ),
  }),
};

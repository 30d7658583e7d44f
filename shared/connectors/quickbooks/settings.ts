import * as z from 'zod';
import { isDecimalText } from '../../core/money.ts';

const id = (noun: string) => z.string().regex(/^\d+$/, `must be the id of ${noun}`).nullable();
const account = id('an account');

/** How sales are posted. Accounts and tax codes are proposed from the company when it is connected. */
export const settings = z.strictObject({
  document: z.enum(['invoice', 'sales_receipt']).default('invoice').describe('What an order becomes'),
  posting: z
    .array(z.strictObject({ from: z.iso.date(), mode: z.enum(['per_order', 'daily_summary']) }))
    .max(100)
    .refine((periods) => new Set(periods.map(({ from }) => from)).size === periods.length, 'names a day twice')
    .default([])
    .describe('From which business day on orders are posted one by one or as one document a day'),
  summary_document: z
    .enum(['sales_receipt', 'invoice'])
    .default('sales_receipt')
    .describe('What the orders of a day become'),
  summary_lines: z
    .enum(['product', 'tax_rate'])
    .default('product')
    .describe('Whether the document of a day has a line per product or per tax rate'),
  refund_document: z
    .enum(['credit_memo', 'refund_receipt'])
    .default('refund_receipt')
    .describe('What a refund of a paid order becomes; that of an unpaid one is always a credit memo on its invoice'),
  post_statuses: z
    .array(z.string().min(1))
    .min(1)
    .default(['on-hold', 'processing', 'completed', 'refunded'])
    .describe('Order statuses that are posted'),
  doc_number_prefix: z.string().max(11).default('').describe('Stands before the order number'),
  rounding_limit: z
    .string()
    .refine(
      (value) => isDecimalText(value) && Number(value) >= 0 && Number(value) <= 1,
      'must be an amount from 0 to 1, like "0.05"',
    )
    .default('0.05')
    .describe('Largest difference booked as rounding'),
  duplicate_numbers: z
    .enum(['fail', 'suffix'])
    .default('fail')
    .describe('What becomes of a document whose number another one has'),
  closed_period: z
    .enum(['fail', 'next_open_day'])
    .default('fail')
    .describe('What becomes of a new document whose day lies in closed books'),
  inactive_references: z
    .enum(['fail', 'reactivate'])
    .default('fail')
    .describe('What becomes of a document whose customer or item was made inactive'),
  income_account: account.default(null).describe('Income account of items'),
  rounding_account: account.default(null).describe('Account that takes rounding differences'),
  expense_account: account.default(null).describe('Expense account of items, where they are bought too'),
  deposit_account: account.default(null).describe('Account payments go to; Undeposited Funds when empty'),
  refund_account: account.default(null).describe('Account refunds are paid from; the one payments go to when empty'),
  terms_id: id('terms').default(null).describe('Terms of invoices'),
  shipping_item: id('an item').default(null).describe('Item of shipping lines; one of its own when empty'),
  fee_item: id('an item').default(null).describe('Item of fee lines; one of its own when empty'),
  class_id: id('a class').default(null).describe('Class of every document'),
  department_id: id('a location').default(null).describe('Location of every document'),
  asset_account: account.default(null).describe('Inventory asset account of items of type Inventory'),
  item_type: z
    .enum(['NonInventory', 'Service', 'Inventory'])
    .default('NonInventory')
    .describe('Type of new items; Inventory for products whose stock the shop keeps, NonInventory for the others then'),
  inventory_start: z.iso
    .date()
    .nullable()
    .default(null)
    .describe('Day from which inventory items may be sold; the day the product was made when empty'),
  opening_quantity: z
    .enum(['zero', 'shop_stock'])
    .default('zero')
    .describe('Quantity a new inventory item begins with'),
  tax_codes: z.record(z.string(), z.string()).default({}).describe('QuickBooks tax code by tax percentage'),
  payment_methods: z
    .record(z.string(), id('a payment method'))
    .default({})
    .describe('QuickBooks payment method by payment method of the shop'),
  pos_document: z
    .enum(['sales_receipt', 'invoice'])
    .default('sales_receipt')
    .describe('What a sale of a till becomes; one that is left to pay is an invoice in any case'),
  pos_number_prefix: z.string().max(11).default('POS-').describe('Stands before the number of a receipt'),
  deposit_accounts: z
    .record(z.string(), account)
    .default({})
    .describe('Account money goes to by tender of the tills: cash, card'),
});

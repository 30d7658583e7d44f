import * as z from 'zod';
import { isDecimalText } from '../../core/money.ts';
import type { ConnectionContext, Connector } from '../connector.ts';
import { check } from './check.ts';
import { documentUrlAt } from './document-url.ts';
import { openLedger } from './ledger.ts';
import { createOAuth, type QuickBooksApp } from './oauth.ts';
import { openTarget } from './target.ts';
import { openWriter } from './writer.ts';

export type { AppKeys, QuickBooksApp } from './oauth.ts';

const account = z.string().regex(/^\d+$/, 'must be the id of an account').nullable();

/** How sales are posted. Accounts and tax codes are proposed from the company when it is connected. */
const settings = z.strictObject({
  document: z.enum(['invoice', 'sales_receipt']).default('invoice').describe('What an order becomes'),
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
  income_account: account.default(null).describe('Income account of items'),
  rounding_account: account.default(null).describe('Account that takes rounding differences'),
  expense_account: account.default(null).describe('Expense account of items, where they are bought too'),
  deposit_account: account.default(null).describe('Account payments go to; Undeposited Funds when empty'),
  terms_id: account.default(null).describe('Terms of invoices'),
  item_type: z.enum(['NonInventory', 'Service']).default('NonInventory').describe('Type of new items'),
  tax_codes: z.record(z.string(), z.string()).default({}).describe('QuickBooks tax code by tax percentage'),
  payment_methods: z
    .record(z.string(), account)
    .default({})
    .describe('QuickBooks payment method by payment method of the shop'),
  mapped_payment_methods: z
    .array(z.string())
    .default([])
    .describe('Payment methods of the shop that payment_methods lists'),
});

/** QuickBooks Online, API v3. */
export function createQuickBooks(app: QuickBooksApp): Connector {
  return {
    platform: 'quickbooks',
    title: 'QuickBooks Online',
    secretFields: ['access_token', 'refresh_token'],
    settings,
    // Reference section 10, each a little longer than documented: clocks and networks are not exact.
    rateLimits: [
      { kind: 'request', count: 500, per_ms: 60_500 },
      { kind: 'request', count: 10, per_ms: 1_100 },
      { kind: 'batch', count: 40, per_ms: 60_500 },
    ],
    documentUrl: documentUrlAt(app.apiUrl),
    oauth: createOAuth(app),
    check: (context) => check(context, hostOf(app, context)),
    openTarget: (context) => openTarget(context, hostOf(app, context)),
    openWriter: (context) => openWriter(context, hostOf(app, context)),
    openLedger: (context, options) => openLedger(context, hostOf(app, context), options),
  };
}

function hostOf({ apiUrl, sandboxApiUrl }: QuickBooksApp, { sandbox }: ConnectionContext): string {
  return sandbox ? sandboxApiUrl : apiUrl;
}

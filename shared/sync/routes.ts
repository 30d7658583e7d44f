import type { ConflictStrategy } from '../model/flow-settings.ts';

/**
 * The route table: the only place in the engine that names platforms and entities. A new flow is a row here, its mapping
 * documents, and whatever resources its connectors lack.
 */
export interface Step {
  /** Entity written on the target. */
  readonly entity: string;
  /** Id of the mapping document. */
  readonly mapping: string;
}

export interface Route {
  readonly id: string;
  /** What people and the API call the entity. */
  readonly name: string;
  /** `push`: towards books and warehouse. `pull`: what books and shop tell the others. */
  readonly direction: 'push' | 'pull';
  readonly source: { readonly platform: string; readonly entity: string };
  readonly target: { readonly platform: string };
  /** Documents made of one record, in order; later ones may refer to earlier ones. */
  readonly steps: readonly Step[];
  /** How conflicts end where nobody chose it. @default 'source_wins' */
  readonly conflict?: ConflictStrategy | undefined;
}

const route = (name: string, source: [string, string], target: string, documents: readonly string[]): Route => ({
  id: `${source[0]}.${source[1]}-${target}`,
  name,
  direction: source[0] === 'quickbooks' || target === 'pos' ? 'pull' : 'push',
  source: { platform: source[0], entity: source[1] },
  target: { platform: target },
  steps: documents.map((entity) => ({ entity, mapping: `${source[0]}.${source[1]}-${target}.${entity}` })),
});

export const routes: readonly Route[] = [
  route('products', ['woocommerce', 'product'], 'quickbooks', ['item']),
  route('customers', ['woocommerce', 'customer'], 'quickbooks', ['customer']),
  route('orders', ['woocommerce', 'order'], 'quickbooks', ['invoice', 'payment', 'sales_receipt']),
  route('sales_days', ['woocommerce', 'sales_day'], 'quickbooks', ['sales_receipt', 'invoice']),
  route('refunds', ['woocommerce', 'refund'], 'quickbooks', ['credit_memo', 'payment', 'refund_receipt']),
  route('products', ['woocommerce', 'product'], 'supabase', ['product', 'inventory_level']),
  route('customers', ['woocommerce', 'customer'], 'supabase', ['customer']),
  route('orders', ['woocommerce', 'order'], 'supabase', ['order']),
  route('refunds', ['woocommerce', 'refund'], 'supabase', ['refund']),
  route('books_customers', ['quickbooks', 'customer'], 'supabase', ['books_customer']),
  route('books_items', ['quickbooks', 'item'], 'supabase', ['books_item']),
  route('invoices', ['quickbooks', 'invoice'], 'supabase', ['books_invoice']),
  route('sales_receipts', ['quickbooks', 'sales_receipt'], 'supabase', ['books_sales_receipt']),
  route('credit_memos', ['quickbooks', 'credit_memo'], 'supabase', ['books_credit_memo']),
  route('refund_receipts', ['quickbooks', 'refund_receipt'], 'supabase', ['books_refund_receipt']),
  route('payments', ['quickbooks', 'payment'], 'supabase', ['books_payment']),
  route('vendors', ['quickbooks', 'vendor'], 'supabase', ['vendor']),
  route('bills', ['quickbooks', 'bill'], 'supabase', ['bill']),
  route('books_customers', ['quickbooks', 'customer'], 'pos', ['books_customer']),
  route('books_items', ['quickbooks', 'item'], 'pos', ['item']),
  route('invoices', ['quickbooks', 'invoice'], 'pos', ['invoice']),
  route('payments', ['quickbooks', 'payment'], 'pos', ['payment']),
  route('bills', ['quickbooks', 'bill'], 'pos', ['bill']),
  route('vendors', ['quickbooks', 'vendor'], 'pos', ['vendor']),
  route('vendors', ['pos', 'vendor'], 'quickbooks', ['vendor']),
  route('products', ['woocommerce', 'product'], 'pos', ['product']),
  // Edited on both sides, whichever of the two comes first must not decide.
  { ...route('customers', ['woocommerce', 'customer'], 'pos', ['customer']), conflict: 'merge' },
  { ...route('customers', ['pos', 'customer'], 'woocommerce', ['customer']), conflict: 'merge' },
  route('products', ['pos', 'product'], 'quickbooks', ['item']),
  route('customers', ['pos', 'customer'], 'quickbooks', ['customer']),
  route('sales', ['pos', 'sale'], 'quickbooks', ['invoice', 'payment', 'sales_receipt']),
  route('refunds', ['pos', 'refund'], 'quickbooks', ['credit_memo', 'payment', 'refund_receipt']),
  route('customers', ['pos', 'customer'], 'supabase', ['customer']),
  route('sales', ['pos', 'sale'], 'supabase', ['order']),
  route('refunds', ['pos', 'refund'], 'supabase', ['refund']),
];

/** Words of the API as people read them. */
export const status = {
  queued: 'Queued',
  running: 'Running',
  paused: 'Waiting',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
  connected: 'Connected',
  disconnected: 'Not connected',
  degraded: 'Degraded',
  reauth_required: 'Sign in again',
  error: 'Error',
  disabled: 'Switched off',
  open: 'Open',
  acknowledged: 'Acknowledged',
} as const;

export const health = { healthy: 'All well', degraded: 'Needs attention', unhealthy: 'Out of order' } as const;

export const platform = {
  woocommerce: 'WooCommerce',
  quickbooks: 'QuickBooks',
  supabase: 'Supabase',
  pos: 'EasySale POS',
} as const;

export const entity = {
  order: 'Order',
  orders: 'Orders',
  product: 'Product',
  products: 'Products',
  customer: 'Customer',
  customers: 'Customers',
  refund: 'Refund',
  refunds: 'Refunds',
  sale: 'Sale',
  sales: 'Sales',
  invoice: 'Invoice',
  invoices: 'Invoices',
  payment: 'Payment',
  payments: 'Payments',
  item: 'Item',
  items: 'Items',
  variation: 'Variation',
  order_line: 'Order line',
  sales_receipt: 'Sales receipt',
  sales_receipts: 'Sales receipts',
  credit_memo: 'Credit memo',
  credit_memos: 'Credit memos',
  refund_receipt: 'Refund receipt',
  refund_receipts: 'Refund receipts',
  journal_entry: 'Journal entry',
  books_customers: 'Customers of the books',
  books_items: 'Items of the books',
  vendor: 'Vendor',
  vendors: 'Vendors',
  bill: 'Bill',
  bills: 'Bills',
} as const;

export const action = {
  create: 'Create',
  update: 'Update',
  archive: 'Archive',
  delete: 'Delete',
  link: 'Link',
  skip: 'Skip',
  conflict: 'Conflict',
  fail: 'Fail',
  created: 'Created',
  updated: 'Updated',
  deleted: 'Deleted',
  linked: 'Linked',
  skipped: 'Skipped',
  unchanged: 'Unchanged',
  failed: 'Failed',
  read: 'Read',
} as const;

export const mode = { full: 'Everything', incremental: 'What changed', sweep: 'Sweep' } as const;

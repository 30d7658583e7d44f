import type { Condition, Field, MappingDocument } from '../document.ts';

/**
 * Which statuses belong in the books. Those WooCommerce itself has for orders that are no sale take a posted order back;
 * for any other a person decides, who may have changed the settings.
 *
 * @param path where the record has the status of its order.
 */
export const inStatus = (path: string, otherwise: string): NonNullable<MappingDocument['include']> => {
  const inSettings: Condition = { path, in_path: 'settings.post_statuses' };
  const isSale: Condition[] = ['pending', 'cancelled', 'failed'].map((status) => ({ path, not_equals: status }));
  return [
    { when: { any: [inSettings, { all: isSale }] }, otherwise, written: 'archive' },
    { when: inSettings, otherwise },
  ];
};
const asInvoice: Condition = { path: 'settings.document', equals: 'invoice' };
const asSalesReceipt: Condition = { path: 'settings.document', equals: 'sales_receipt' };
export const usTax: Condition = { path: 'books.tax.style', equals: 'us' };
export const globalTax: Condition = { path: 'books.tax.style', equals: 'global' };
export const taxAsLine: Condition = { path: 'books.tax.style', equals: 'line' };

export const text = (length: number): Field['via'] => [
  { op: 'plain_text' },
  { op: 'truncate', length },
  { op: 'null_if_empty' },
];

export const address = (to: string, from: string): Field[] => [
  { to: `${to}.Line1`, from: `${from}.address_1`, via: [{ op: 'plain_text' }, { op: 'truncate', length: 500 }] },
  { to: `${to}.Line2`, from: `${from}.address_2`, via: [{ op: 'plain_text' }, { op: 'truncate', length: 500 }] },
  { to: `${to}.City`, from: `${from}.city`, via: [{ op: 'plain_text' }, { op: 'truncate', length: 255 }] },
  {
    to: `${to}.CountrySubDivisionCode`,
    from: `${from}.state`,
    via: [{ op: 'plain_text' }, { op: 'truncate', length: 255 }],
  },
  { to: `${to}.PostalCode`, from: `${from}.postcode`, via: [{ op: 'plain_text' }, { op: 'truncate', length: 30 }] },
  { to: `${to}.Country`, from: `${from}.country`, via: [{ op: 'plain_text' }, { op: 'truncate', length: 255 }] },
];

export const itemRef = 'SalesItemLineDetail.ItemRef.value';

/** The item the owner chose for such lines, or the one this mapping provides. */
export const chosenItem = (setting: string, provided: string): Field[] => [
  { to: itemRef, from: `settings.${setting}`, when: { path: `settings.${setting}`, is: 'present' }, required: true },
  { to: itemRef, value: provided, ref: 'product', when: { path: `settings.${setting}`, is: 'absent' }, required: true },
];

/** A line that refers to an item. */
export const lineFields = (item: Field[]): Field[] => [
  { to: 'DetailType', value: 'SalesItemLineDetail' },
  { to: 'Amount', from: 'item.total', via: [{ op: 'money' }], required: true },
  { to: 'Description', from: 'item.description', via: text(4000) },
  ...item,
  { to: 'SalesItemLineDetail.Qty', from: 'item.quantity', when: { path: 'item.unit_price', is: 'present' } },
  { to: 'SalesItemLineDetail.UnitPrice', from: 'item.unit_price' },
  {
    to: 'SalesItemLineDetail.TaxCodeRef.value',
    from: 'item.taxed',
    via: [
      { op: 'lookup', path: 'books.tax.by_taxed', fix: 'Test the QuickBooks connection again to read its tax codes.' },
    ],
    when: usTax,
  },
  {
    to: 'SalesItemLineDetail.TaxCodeRef.value',
    from: 'item.tax_percent',
    via: [
      {
        op: 'lookup',
        path: 'settings.tax_codes',
        reason: 'No sales tax code of QuickBooks is known for {value} %: the shop taxed it at {item.tax_rates}.',
        fix: 'Create a sales tax code of {item.tax_rates} in QuickBooks and test the connection again, or choose one for {value} under “Tax code by percentage” in the settings of QuickBooks.',
      },
    ],
    when: globalTax,
  },
];

/** Where the company keeps what it sells apart. */
export const placeFields: Field[] = [
  { to: 'ClassRef.value', from: 'settings.class_id' },
  { to: 'DepartmentRef.value', from: 'settings.department_id' },
];

/** The shop's tax, the way the company takes it. */
export const taxFields: Field[] = [
  {
    to: 'Line',
    when: { all: [taxAsLine, { path: 'tax_total', not_equals: '0.00' }] },
    fields: [
      { to: 'DetailType', value: 'SalesItemLineDetail' },
      { to: 'Amount', from: 'tax_total', via: [{ op: 'money' }] },
      { to: 'Description', value: 'Sales tax' },
      { to: 'SalesItemLineDetail.ItemRef.value', value: 'system:tax', ref: 'product' },
    ],
  },
  { to: 'TxnTaxDetail.TxnTaxCodeRef.value', from: 'books.tax.transaction_code', when: usTax },
  { to: 'TxnTaxDetail.TotalTax', from: 'tax_total', via: [{ op: 'money' }], when: usTax },
];

/** The way of payment, where the owner chose one for it. */
export const paymentMethod: Field = {
  to: 'PaymentMethodRef.value',
  from: 'payment.method',
  via: [
    {
      op: 'lookup',
      path: 'settings.payment_methods',
      fix: 'Choose one for it under “Payment method by that of the shop” in the settings of QuickBooks.',
    },
  ],
  when: { path: 'payment.method', in_path: 'settings.payment_methods' },
};

const documentFields: Field[] = [
  {
    to: 'DocNumber',
    from: 'number',
    via: [{ op: 'trim' }, { op: 'prefix', path: 'settings.doc_number_prefix' }, { op: 'max_length', length: 21 }],
    required: true,
  },
  { to: 'TxnDate', from: 'placed_at', via: [{ op: 'day', zone_path: 'store.time_zone' }], required: true },
  { to: 'CustomerRef.value', from: 'customer.ref', ref: 'customer', required: true },
  { to: 'CurrencyRef.value', from: 'currency', when: { path: 'books.multi_currency', equals: true } },
  { to: 'BillEmail.Address', from: 'billing.email', via: [{ op: 'email' }, { op: 'truncate', length: 100 }] },
  ...address('BillAddr', 'billing'),
  ...address('ShipAddr', 'shipping'),
  {
    to: 'PrivateNote',
    template: 'WooCommerce order {number} (id {record.id}), {payment.title} {payment.transaction_id} {coupon_summary}',
    via: text(4000),
  },
  { to: 'CustomerMemo.value', from: 'note', via: text(1000) },
  ...placeFields,
  { to: 'GlobalTaxCalculation', value: 'TaxExcluded', when: globalTax },
  {
    to: 'Line',
    each: 'postings',
    only: { path: 'item.kind', equals: 'product' },
    fields: lineFields([
      {
        to: itemRef,
        from: 'item.product_ref',
        via: [{ op: 'default', value: 'system:unlisted' }],
        ref: 'product',
        required: true,
      },
    ]),
  },
  {
    to: 'Line',
    each: 'postings',
    only: { path: 'item.kind', equals: 'shipping' },
    fields: lineFields(chosenItem('shipping_item', 'system:shipping')),
  },
  {
    to: 'Line',
    each: 'postings',
    only: { path: 'item.kind', equals: 'fee' },
    fields: lineFields(chosenItem('fee_item', 'system:fee')),
  },
  ...taxFields,
];

const paymentReference: Field = {
  to: 'PaymentRefNum',
  from: 'number',
  via: [{ op: 'trim' }, { op: 'prefix', path: 'settings.doc_number_prefix' }, { op: 'max_length', length: 21 }],
};

export const service = (label: string, account: string) => ({
  kind: 'system',
  name: label,
  sku: null,
  description: label,
  price: null,
  account,
});

export const provides: NonNullable<MappingDocument['provides']> = [
  { entity: 'product', id: 'system:shipping', label: 'Shipping', data: service('Shipping', 'income') },
  { entity: 'product', id: 'system:unlisted', label: 'Unlisted product', data: service('Unlisted product', 'income') },
  { entity: 'product', id: 'system:fee', label: 'Fee', data: service('Fee', 'income') },
  { entity: 'product', id: 'system:tax', label: 'Sales tax', data: service('Sales tax', 'income') },
  {
    entity: 'product',
    id: 'system:rounding',
    label: 'Rounding difference',
    data: service('Rounding difference', 'rounding'),
  },
];

/** An order belongs to its day in the store's zone, and the day may be posted as a whole. */
const ofItsDay: NonNullable<MappingDocument['derive']> = [
  { name: 'business_day', from: 'placed_at', via: [{ op: 'day', zone_path: 'store.time_zone' }] },
  { name: 'sales_day', template: '{business_day}@{currency}' },
];

const instead: NonNullable<MappingDocument['instead']> = [
  {
    ref: 'sales_day',
    ids: 'sales_day',
    otherwise: 'It is part of the summary of {business_day}.',
    reason: 'It was posted by itself, and the summary of {business_day} stands in the books as well.',
    fix: 'Void one of the two in QuickBooks, then retry.',
  },
];

const posted: NonNullable<MappingDocument['include']> = [
  {
    // What was posted by itself stays so, whatever is chosen for its day later.
    when: {
      any: [
        { path: 'record.written', equals: true },
        { path: 'business_day', periods: 'settings.posting', mode: 'per_order', before: 'per_order' },
      ],
    },
    otherwise: 'Orders of {business_day} are posted as one summary.',
    written: 'keep',
  },
  ...inStatus('status', 'Orders with status {status} are not posted to the books.'),
  { when: { path: 'lines', is: 'present' }, otherwise: 'The order has no lines: there is nothing to post.' },
];

export const sameCurrency: NonNullable<MappingDocument['require']> = [
  {
    when: {
      any: [
        { path: 'books.multi_currency', equals: true },
        { path: 'currency', in_path: 'books.currencies' },
      ],
    },
    code: 'mapping.foreign_currency',
    field: 'CurrencyRef',
    reason: 'The order is in {currency}; the books are kept in {books.home_currency} and multicurrency is off.',
    fix: 'Turn on multicurrency in QuickBooks (Account and settings, Advanced) and test the connection again.',
  },
];

export const settlement: NonNullable<MappingDocument['settlement']> = {
  total: 'total',
  currency: 'currency',
  adjustment: { ref: 'product', id: 'system:rounding' },
};

export const orderToInvoice: MappingDocument = {
  id: 'woocommerce.order-quickbooks.invoice',
  version: 1,
  source: { platform: 'woocommerce', entity: 'order' },
  target: { platform: 'quickbooks', entity: 'invoice' },
  derive: ofItsDay,
  instead,
  include: [{ when: asInvoice, otherwise: 'Orders are posted as sales receipts.' }, ...posted],
  require: sameCurrency,
  fields: [...documentFields, { to: 'SalesTermRef.value', from: 'settings.terms_id' }],
  settlement,
  provides,
};

export const orderToPayment: MappingDocument = {
  id: 'woocommerce.order-quickbooks.payment',
  version: 1,
  source: { platform: 'woocommerce', entity: 'order' },
  target: { platform: 'quickbooks', entity: 'payment' },
  derive: ofItsDay,
  instead,
  include: [
    { when: asInvoice, otherwise: 'Orders are posted as sales receipts.' },
    ...posted,
    { when: { path: 'paid_at', is: 'present' }, otherwise: 'The order is not paid yet.' },
    { when: { path: 'total', not_equals: '0.00' }, otherwise: 'The order was free: there is no payment.' },
  ],
  fields: [
    { to: 'TotalAmt', from: 'total', via: [{ op: 'money' }], required: true },
    { to: 'TxnDate', from: 'paid_at', via: [{ op: 'day', zone_path: 'store.time_zone' }], required: true },
    { to: 'CustomerRef.value', from: 'customer.ref', ref: 'customer', required: true },
    { to: 'CurrencyRef.value', from: 'currency', when: { path: 'books.multi_currency', equals: true } },
    paymentReference,
    paymentMethod,
    { to: 'DepositToAccountRef.value', from: 'settings.deposit_account' },
    {
      to: 'PrivateNote',
      template: 'WooCommerce order {number}, {payment.title} {payment.transaction_id}',
      via: text(4000),
    },
    {
      to: 'Line',
      fields: [
        { to: 'Amount', from: 'total', via: [{ op: 'money' }] },
        {
          to: 'LinkedTxn',
          fields: [
            { to: 'TxnId', step: 'invoice' },
            { to: 'TxnType', value: 'Invoice' },
          ],
        },
      ],
    },
  ],
  settlement: { total: 'total', currency: 'currency' },
};

export const orderToSalesReceipt: MappingDocument = {
  id: 'woocommerce.order-quickbooks.sales_receipt',
  version: 1,
  source: { platform: 'woocommerce', entity: 'order' },
  target: { platform: 'quickbooks', entity: 'sales_receipt' },
  derive: ofItsDay,
  instead,
  include: [
    { when: asSalesReceipt, otherwise: 'Orders are posted as invoices.' },
    ...posted,
    {
      when: { path: 'paid_at', is: 'present' },
      otherwise: 'The order is not paid yet; its sales receipt follows with the payment.',
    },
  ],
  require: sameCurrency,
  fields: [...documentFields, paymentReference, { to: 'DepositToAccountRef.value', from: 'settings.deposit_account' }],
  settlement,
  provides,
};

export const customerToCustomer: MappingDocument = {
  id: 'woocommerce.customer-quickbooks.customer',
  version: 1,
  source: { platform: 'woocommerce', entity: 'customer' },
  target: { platform: 'quickbooks', entity: 'customer' },
  fields: [
    {
      to: 'DisplayName',
      from: 'display_name',
      via: [{ op: 'plain_text' }, { op: 'remove', characters: ':' }, { op: 'truncate', length: 100 }, { op: 'trim' }],
      required: true,
    },
    {
      to: 'GivenName',
      from: 'first_name',
      via: [
        { op: 'plain_text' },
        { op: 'remove', characters: ':' },
        { op: 'truncate', length: 100 },
        { op: 'null_if_empty' },
      ],
    },
    {
      to: 'FamilyName',
      from: 'last_name',
      via: [
        { op: 'plain_text' },
        { op: 'remove', characters: ':' },
        { op: 'truncate', length: 100 },
        { op: 'null_if_empty' },
      ],
    },
    { to: 'CompanyName', from: 'company', via: text(100) },
    { to: 'PrimaryEmailAddr.Address', from: 'email', via: [{ op: 'email' }, { op: 'truncate', length: 100 }] },
    { to: 'PrimaryPhone.FreeFormNumber', from: 'phone', via: [{ op: 'plain_text' }, { op: 'truncate', length: 30 }] },
    ...address('BillAddr', 'billing'),
    ...address('ShipAddr', 'shipping'),
    { to: 'CurrencyRef.value', from: 'currency', when: { path: 'books.multi_currency', equals: true } },
  ],
};

const asInventory: Condition = { path: 'settings.item_type', equals: 'Inventory' };
/** Only what the shop counts can be counted in the books. */
const keptInStock: Condition = {
  all: [asInventory, { path: 'kind', not_equals: 'system' }, { path: 'stock_quantity', is: 'present' }],
};

export const productToItem: MappingDocument = {
  id: 'woocommerce.product-quickbooks.item',
  version: 1,
  source: { platform: 'woocommerce', entity: 'product' },
  target: { platform: 'quickbooks', entity: 'item' },
  include: [
    {
      when: {
        any: [
          { path: 'record.required', equals: true },
          { path: 'kind', in: ['simple', 'variation', 'external', 'system', 'unlisted'] },
        ],
      },
      otherwise: 'A {kind} product is sold as its parts.',
    },
  ],
  fields: [
    {
      to: 'Name',
      from: 'name',
      via: [{ op: 'plain_text' }, { op: 'remove', characters: ':' }, { op: 'truncate', length: 100 }, { op: 'trim' }],
      required: true,
    },
    { to: 'Sku', from: 'sku', via: [{ op: 'plain_text' }, { op: 'truncate', length: 100 }, { op: 'null_if_empty' }] },
    { to: 'Type', value: 'Service', when: { path: 'kind', equals: 'system' } },
    {
      to: 'Type',
      from: 'settings.item_type',
      when: {
        all: [
          { path: 'kind', not_equals: 'system' },
          { path: 'settings.item_type', not_equals: 'Inventory' },
        ],
      },
    },
    { to: 'Type', value: 'Inventory', when: keptInStock },
    {
      to: 'Type',
      value: 'NonInventory',
      when: { all: [{ path: 'kind', not_equals: 'system' }, asInventory, { path: 'stock_quantity', is: 'absent' }] },
    },
    { to: 'TrackQtyOnHand', value: true, when: keptInStock },
    {
      to: 'QtyOnHand',
      from: 'stock_quantity',
      when: { all: [keptInStock, { path: 'settings.opening_quantity', equals: 'shop_stock' }] },
    },
    {
      to: 'QtyOnHand',
      value: '0',
      when: { all: [keptInStock, { path: 'settings.opening_quantity', not_equals: 'shop_stock' }] },
    },
    {
      to: 'InvStartDate',
      from: 'created_at',
      via: [{ op: 'day', zone_path: 'store.time_zone' }],
      when: { all: [keptInStock, { path: 'settings.inventory_start', is: 'absent' }] },
    },
    { to: 'InvStartDate', from: 'settings.inventory_start', when: keptInStock },
    { to: 'AssetAccountRef.value', from: 'settings.asset_account', when: keptInStock, required: true },
    { to: 'Description', first: ['description', 'name'], via: text(4000) },
    { to: 'UnitPrice', from: 'price', via: [{ op: 'decimal' }] },
    {
      to: 'IncomeAccountRef.value',
      from: 'settings.rounding_account',
      when: { path: 'account', equals: 'rounding' },
      required: true,
    },
    {
      to: 'IncomeAccountRef.value',
      from: 'settings.income_account',
      when: { path: 'account', not_equals: 'rounding' },
      required: true,
    },
    { to: 'ExpenseAccountRef.value', from: 'settings.expense_account', when: { path: 'kind', not_equals: 'system' } },
  ],
};

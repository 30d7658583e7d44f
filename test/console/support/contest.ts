import type { Product } from '#test/support/product.ts';

const email = 'ada.contested@example.com';

export const flow = '/api/flows/woocommerce.customer-quickbooks';

/** That customer as the books have her. */
export const inBooks = ({ company }: Product) =>
  company.list('Customer').find((row) => JSON.stringify(row.PrimaryEmailAddr ?? '').includes(email));

/** A customer changed in the shop and in the books, that waits for a decision. */
export async function contest(product: Product): Promise<number> {
  const { shop, company, call, sync } = product;
  const { id } = shop.customers.create({ email, first_name: 'Ada', last_name: 'Contested' });
  const only = { mode: 'incremental', ids: [String(id)], target: 'quickbooks' };
  await sync('customers', only);
  await call('PUT', flow, { conflict: 'manual' });
  shop.customers.edit(Number(id), { first_name: 'Ida', billing: { phone: '555 0101' } });
  company.edit('Customer', String(inBooks(product)?.Id), { PrimaryPhone: { FreeFormNumber: '555 0202' } });
  await sync('customers', only);
  return Number(id);
}

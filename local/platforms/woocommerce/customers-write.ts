import type * as z from 'zod';
import { WooError } from './errors.ts';
import type { customerInput } from './input.ts';
import { mergeAddress, mergeMeta } from './merge.ts';
import { type Customer, emptyAddress } from './model.ts';
import type { Store } from './store.ts';

type CustomerInput = z.infer<typeof customerInput>;

export function createCustomer(store: Store, input: CustomerInput): Customer {
  const { customers, ids } = store.shop;
  const { email } = input;
  if (email === undefined) {
    throw new WooError(400, 'rest_missing_callback_param', 'Missing parameter(s): email', {
      status: 400,
      params: ['email'],
    });
  }
  if ([...customers.values()].some((known) => known.email.toLowerCase() === email.toLowerCase())) {
    const hint = 'Please log in or use a different email address.';
    const message = `An account is already registered with ${email}. ${hint}`;
    throw new WooError(400, 'registration-error-email-exists', message);
  }
  const id = ids.user++;
  const customer: Customer = {
    id,
    createdAt: store.now(),
    modifiedAt: store.now(),
    email,
    firstName: input.first_name ?? '',
    lastName: input.last_name ?? '',
    role: 'customer',
    username: input.username ?? `${email.split('@')[0] ?? ''}`,
    billing: mergeAddress(emptyAddress, input.billing),
    shipping: mergeAddress(emptyAddress, input.shipping),
    isPayingCustomer: false,
    meta: mergeMeta<Customer>(store, [], input.meta_data),
  };
  customers.set(id, customer);
  store.touch('customers');
  store.announce('customer.created', id);
  store.announce('customer.updated', id);
  return customer;
}

export function findCustomer(store: Store, id: number): Customer {
  const customer = store.shop.customers.get(id);
  if (!customer) throw new WooError(404, 'wc_user_invalid_id', 'Invalid user ID.');
  return customer;
}

export function updateCustomer(store: Store, id: number, input: CustomerInput): Customer {
  const customer = findCustomer(store, id);
  customer.email = input.email ?? customer.email;
  customer.firstName = input.first_name ?? customer.firstName;
  customer.lastName = input.last_name ?? customer.lastName;
  customer.billing = mergeAddress(customer.billing, input.billing);
  customer.shipping = mergeAddress(customer.shipping, input.shipping);
  customer.meta = mergeMeta<Customer>(store, customer.meta, input.meta_data);
  customer.modifiedAt = store.now();
  store.touch('customers');
  store.announce('customer.updated', id);
  return customer;
}

/** Customers cannot be trashed. Their orders stay, with customer 0 and the billing data; only HPOS bumps those. */
export function removeCustomer(store: Store, id: number, force: boolean): void {
  findCustomer(store, id);
  if (!force) throw new WooError(501, 'woocommerce_rest_trash_not_supported', 'Customers do not support trashing.');
  store.shop.customers.delete(id);
  for (const order of store.shop.orders.values()) {
    if (order.customerId !== id) continue;
    order.customerId = 0;
    if (store.shop.settings.storage === 'hpos') order.modifiedAt = store.now();
  }
  store.touch('customers', 'orders');
  store.announce('customer.deleted', id);
}

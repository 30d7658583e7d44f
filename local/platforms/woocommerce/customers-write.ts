import type * as z from 'zod';
import { invalidParams, WooError } from './errors.ts';
import type { AddressInput, customerInput } from './input.ts';
import { mergeAddress, mergeMeta } from './merge.ts';
import { type Customer, emptyAddress } from './model.ts';
import { isEmail, unslashed, userName } from './sanitize.ts';
import type { Store } from './store.ts';

type CustomerInput = z.infer<typeof customerInput>;

/** Whose e-mail address and account a key may change by the routes of single customers, since WooCommerce 9.5.2. */
const ownRoles: readonly string[] = ['customer', 'subscriber'];

/** What the routes of single customers check before anything is done, and those of batches do not. @throws WooError */
export function checkNew({ email, billing }: CustomerInput): void {
  if (email === undefined) {
    throw new WooError(400, 'rest_missing_callback_param', 'Missing parameter(s): email', {
      status: 400,
      params: ['email'],
    });
  }
  checkFormats({ billing });
}

/** @throws WooError */
export function checkChange(store: Store, id: number, input: CustomerInput): void {
  const customer = findCustomer(store, id);
  checkFormats(input);
  if (ownRoles.includes(customer.role)) return;
  const changed = input.password !== undefined ? 'password' : 'email';
  if (changed === 'email' && (input.email === undefined || input.email === customer.email)) return;
  const message = `Sorry, ${changed} cannot be updated via this endpoint for a user with role ${customer.role}.`;
  throw new WooError(401, 'woocommerce_rest_cannot_edit', message);
}

/** @throws WooError */
export function checkRemoval(store: Store, id: number): void {
  const { role } = findCustomer(store, id);
  if (ownRoles.includes(role)) return;
  const roles = `Allowed roles: ${ownRoles.join(', ')}`;
  const message = `Sorry, users with ${role} role cannot be deleted via this endpoint. ${roles}`;
  throw new WooError(401, 'woocommerce_rest_cannot_delete', message);
}

function checkFormats({ email, billing }: Pick<CustomerInput, 'email' | 'billing'>): void {
  const problem = { code: 'rest_invalid_email', message: 'Invalid email address.' };
  const wrong = (given: string | undefined) => given !== undefined && !isEmail(given);
  const problems = {
    ...(wrong(email) ? { email: problem } : {}),
    ...(wrong(billing?.email) ? { billing: problem } : {}),
  };
  if (Object.keys(problems).length > 0) throw invalidParams(problems);
}

export function createCustomer(store: Store, input: CustomerInput): Customer {
  const { customers, ids } = store.shop;
  if (input.id) throw new WooError(400, 'woocommerce_rest_customer_exists', 'Cannot create existing resource.');
  const { email = '' } = input;
  checkEmails(input);
  if (email === '') {
    throw new WooError(400, 'registration-error-invalid-email', 'Please provide a valid email address.');
  }
  if (ownerOf(store, email)) {
    const hint = 'Please log in or use a different email address.';
    const message = `An account is already registered with ${email}. ${hint}`;
    throw new WooError(400, 'registration-error-email-exists', message);
  }
  const username = input.username || freeUsername(store, email);
  if (isTaken(store, username)) {
    const message = 'An account is already registered with that username. Please choose another.';
    throw new WooError(400, 'registration-error-username-exists', message);
  }
  const id = ids.user++;
  const customer: Customer = {
    id,
    createdAt: store.now(),
    modifiedAt: store.now(),
    email,
    firstName: userName(input.first_name ?? ''),
    lastName: userName(input.last_name ?? ''),
    role: 'customer',
    username,
    billing: mergeAddress(emptyAddress, stored(input.billing)),
    shipping: mergeAddress(emptyAddress, stored(input.shipping)),
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
  const customer = store.shop.customers.get(id);
  if (!customer) throw new WooError(400, 'woocommerce_rest_invalid_id', 'Invalid resource ID.');
  // An address of one's own in other letters counts as taken: it is looked up without regard to case.
  if (input.email && input.email !== customer.email && ownerOf(store, input.email)) {
    throw new WooError(400, 'woocommerce_rest_customer_invalid_email', 'Email address is invalid.');
  }
  if (input.username && input.username !== customer.username) {
    throw new WooError(400, 'woocommerce_rest_customer_invalid_argument', "Username isn't editable.");
  }
  checkEmails(input);
  customer.email = input.email ?? customer.email;
  customer.firstName = input.first_name === undefined ? customer.firstName : userName(input.first_name);
  customer.lastName = input.last_name === undefined ? customer.lastName : userName(input.last_name);
  customer.billing = mergeAddress(customer.billing, stored(input.billing));
  customer.shipping = mergeAddress(customer.shipping, stored(input.shipping));
  customer.meta = mergeMeta<Customer>(store, customer.meta, input.meta_data);
  customer.modifiedAt = store.now();
  store.touch('customers');
  store.announce('customer.updated', id);
  return customer;
}

/** An address that is given must be one; none at all is let through here. */
function checkEmails({ email, billing }: CustomerInput): void {
  if (email && !isEmail(email)) throw new WooError(400, 'customer_invalid_email', 'Invalid email address');
  if (billing?.email && !isEmail(billing.email)) {
    throw new WooError(400, 'customer_invalid_billing_email', 'Invalid billing email address');
  }
}

function ownerOf({ shop }: Store, email: string): Customer | undefined {
  return [...shop.customers.values()].find((known) => known.email.toLowerCase() === email.toLowerCase());
}

const isTaken = ({ shop }: Store, username: string): boolean =>
  [...shop.customers.values()].some((known) => known.username.toLowerCase() === username.toLowerCase());

/** What stands before the `@`, with a number behind it where that is taken. */
function freeUsername(store: Store, email: string): string {
  const [wanted = ''] = email.toLowerCase().split('@');
  let name = wanted;
  for (let number = 1; isTaken(store, name); number += 1) name = `${wanted}-${String(number).padStart(4, '0')}`;
  return name;
}

function stored(patch: AddressInput | undefined): AddressInput | undefined {
  if (!patch) return undefined;
  return Object.fromEntries(
    Object.entries(patch).flatMap(([name, value]) => (value === undefined ? [] : [[name, unslashed(value)]])),
  );
}

/** Customers cannot be trashed. Their orders stay, with customer 0 and the billing data; only HPOS bumps those. */
export function removeCustomer(store: Store, id: number, force: boolean): void {
  if (!force) throw new WooError(501, 'woocommerce_rest_trash_not_supported', 'Customers do not support trashing.');
  findCustomer(store, id);
  store.shop.customers.delete(id);
  for (const order of store.shop.orders.values()) {
    if (order.customerId !== id) continue;
    order.customerId = 0;
    if (store.shop.settings.storage === 'hpos') order.modifiedAt = store.now();
  }
  store.touch('customers', 'orders');
  store.announce('customer.deleted', id);
}

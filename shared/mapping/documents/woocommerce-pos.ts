import type { Field, MappingDocument } from '../document.ts';

const kept = (names: readonly string[]): Field[] =>
  names.map((name) => ({ to: name, from: name, via: [{ op: 'null_if_empty' }] }));

/** What tills sell. Stock is no part of it: that goes by the ledger of stock. */
export const productToTills: MappingDocument = {
  id: 'woocommerce.product-pos.product',
  version: 1,
  source: { platform: 'woocommerce', entity: 'product' },
  target: { platform: 'pos', entity: 'product' },
  fields: [
    { to: 'id', from: 'record.id', required: true },
    ...kept(['sku', 'name', 'kind', 'status', 'price', 'regular_price', 'description']),
    { to: 'parent_id', from: 'parent_source_id', via: [{ op: 'null_if_empty' }] },
  ],
};

/** As long as a till may say it again. */
const words = (name: string, length: number): Field => ({ to: name, from: name, via: [{ op: 'truncate', length }] });
const place = { address_1: 200, address_2: 200, city: 100, state: 100, postcode: 30, country: 60 };
const places = (address: string): Field[] =>
  Object.entries(place).map(([name, length]) => words(`${address}.${name}`, length));

/** Customers go both ways: an id of the shop must not be one that a till made up. Everything else is as a till says it. */
export const customerToTills: MappingDocument = {
  id: 'woocommerce.customer-pos.customer',
  version: 1,
  source: { platform: 'woocommerce', entity: 'customer' },
  target: { platform: 'pos', entity: 'customer' },
  fields: [
    { to: 'id', template: 'woo:{record.id}', required: true },
    { to: 'email', from: 'email' },
    ...['first_name', 'last_name', 'company'].map((name) => words(name, 100)),
    words('phone', 30),
    ...places('billing'),
    ...places('shipping'),
  ],
};

const same = (name: string): Field => ({ to: name, from: name });
export const customerToShop: MappingDocument = {
  id: 'pos.customer-woocommerce.customer',
  version: 1,
  source: { platform: 'pos', entity: 'customer' },
  target: { platform: 'woocommerce', entity: 'customer' },
  include: [
    {
      when: { path: 'email', is: 'present' },
      otherwise: 'It has no e-mail address, by which a shop knows its customers.',
    },
  ],
  fields: [
    { to: 'email', from: 'email', via: [{ op: 'max_length', length: 100 }], required: true },
    ...['first_name', 'last_name', 'company', 'phone'].map(same),
    // What a till does not say of an address stays as the shop has it; what it empties is emptied.
    ...['billing', 'shipping'].flatMap((address) => Object.keys(place).map((name) => same(`${address}.${name}`))),
  ],
};

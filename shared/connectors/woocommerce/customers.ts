import * as z from 'zod';
import type { JsonObject } from '../../core/json.ts';
import type { SourceRecord } from '../source.ts';
import type { Store } from './orders.ts';
import { customerRecord } from './people.ts';
import { addressSchema, gmt, id, stableRaw, text } from './values.ts';

const customerSchema = z.object({
  id,
  email: text,
  first_name: text,
  last_name: text,
  username: text,
  date_created_gmt: gmt,
  date_modified_gmt: gmt,
  billing: addressSchema,
  shipping: addressSchema,
});

/** A registered customer in canonical form. @throws ZodError for anything else. */
export function registeredCustomer(raw: Record<string, unknown>, store: Store): SourceRecord {
  const customer = customerSchema.parse(raw);
  return customerRecord({
    id: customer.id,
    email: customer.email.trim().toLowerCase(),
    billing: customer.billing,
    shipping: customer.shipping,
    firstName: customer.first_name || customer.billing.first_name || '',
    lastName: customer.last_name || customer.billing.last_name || '',
    currency: store.currency,
    qualifier: `#${customer.id}`,
    isGuest: false,
    createdAt: customer.date_created_gmt,
    modifiedAt: customer.date_modified_gmt,
    raw: stableRaw(raw) as JsonObject,
  });
}

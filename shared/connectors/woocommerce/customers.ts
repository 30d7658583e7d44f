import { decode } from 'html-entities';
import * as z from 'zod';
import { contentHash, type JsonObject } from '../../core/json.ts';
import type { SourceRecord } from '../source.ts';
import type { TargetMatch } from '../target.ts';
import type { Store } from './orders.ts';
import { customerRecord } from './people.ts';
import { addressSchema, gmt, id, stableRaw, text } from './values.ts';

const customerSchema = z.object({
  id,
  email: text,
  first_name: text,
  last_name: text,
  role: text,
  date_created_gmt: gmt,
  date_modified_gmt: gmt,
  billing: addressSchema,
  shipping: addressSchema,
});

type Customer = z.infer<typeof customerSchema>;

/** Of a person: WordPress keeps both names escaped, and nothing else of a customer. */
const nameOf = (own: string, ofBilling: string | undefined): string => decode(own) || ofBilling || '';
const names = ({ first_name, last_name, billing }: Customer) => ({
  first_name: nameOf(first_name, billing.first_name),
  last_name: nameOf(last_name, billing.last_name),
});
const addressOfMail = (email: string): string => email.trim().toLowerCase();

/** A registered customer in canonical form. @throws ZodError for anything else. */
export function registeredCustomer(raw: Record<string, unknown>, store: Store): SourceRecord {
  const customer = customerSchema.parse(raw);
  const { first_name, last_name } = names(customer);
  const content = contentOf(customer);
  const record = customerRecord({
    id: customer.id,
    email: addressOfMail(customer.email),
    billing: customer.billing,
    shipping: customer.shipping,
    firstName: first_name,
    lastName: last_name,
    currency: store.currency,
    qualifier: `#${customer.id}`,
    isGuest: false,
    createdAt: customer.date_created_gmt,
    modifiedAt: customer.date_modified_gmt,
    raw: stableRaw(raw) as JsonObject,
  });
  return { ...record, content, fingerprint: contentHash(content) };
}

/** Members of an address; what else an address of the shop has belongs to the person. */
const placeMembers = ['address_1', 'address_2', 'city', 'state', 'postcode', 'country'] as const;

/**
 * What a person could have changed, by the names of payloads. Name and e-mail of the billing address are left out: they are
 * of the next invoice, not of the customer. So is what plug-ins keep beside it, much of which changes with every visit.
 */
function contentOf({ email, billing, shipping, ...rest }: Customer): JsonObject {
  return {
    email: addressOfMail(email),
    ...names({ email, billing, shipping, ...rest }),
    company: billing.company ?? '',
    phone: billing.phone ?? '',
    billing: Object.fromEntries(placeMembers.map((name) => [name, billing[name] ?? ''])),
    shipping: Object.fromEntries([...namesOfShipping, ...placeMembers].map((name) => [name, shipping[name] ?? ''])),
  };
}
const namesOfShipping = ['first_name', 'last_name', 'company', 'phone'] as const;

/** A customer of the shop as its target sees it. */
export interface KnownCustomer {
  readonly match: TargetMatch;
  readonly content: JsonObject;
  readonly email: string;
  readonly role: string;
  readonly modified_at: string | null;
}

/** @returns undefined for what is no customer. */
export function knownCustomer(row: unknown): KnownCustomer | undefined {
  const parsed = customerSchema.safeParse(row);
  if (!parsed.success || !/^[1-9]\d*$/.test(parsed.data.id)) return undefined;
  const { id, email, role, date_modified_gmt } = parsed.data;
  const content = contentOf(parsed.data);
  const match: TargetMatch = { id, version: null, fingerprint: contentHash(content) };
  return { match, content, email: addressOfMail(email), role, modified_at: date_modified_gmt };
}

/** What is asked for where only the content counts. */
export const customerFields = 'id,email,first_name,last_name,role,date_modified_gmt,billing,shipping';

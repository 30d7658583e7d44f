import type { JsonObject } from '../../core/json.ts';
import { plainText } from '../../core/text.ts';
import type { SourceRecord } from '../source.ts';
import type { WooAddress } from './values.ts';

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly billing: WooAddress;
  readonly shipping: WooAddress;
  readonly firstName: string;
  readonly lastName: string;
  readonly currency: string;
  /** Tells people of one name apart where the books hold one name only once. */
  readonly qualifier: string;
  readonly isGuest: boolean;
  readonly createdAt: string | null;
  readonly modifiedAt: string | null;
  readonly raw: JsonObject;
}

/** The canonical customer: the same shape for registered customers and for guests known from their orders. */
export function customerRecord(person: Person): SourceRecord {
  const { billing, shipping } = person;
  const name = plainText(`${person.firstName} ${person.lastName}`);
  const company = plainText(billing.company ?? '');
  const displayName = name || company || plainText(person.email) || person.qualifier;
  return {
    entity: 'customer',
    id: person.id,
    label: displayName,
    modified_at: person.modifiedAt,
    raw: person.raw,
    data: {
      email: person.email || null,
      first_name: person.firstName,
      last_name: person.lastName,
      display_name: displayName,
      qualifier: person.qualifier,
      company: billing.company ?? '',
      phone: billing.phone ?? '',
      country: billing.country ?? '',
      is_guest: person.isGuest,
      currency: person.currency,
      billing: billing as JsonObject,
      shipping: shipping as JsonObject,
      created_at: person.createdAt,
      modified_at: person.modifiedAt,
    },
  };
}

import type { JsonObject } from '../../core/json.ts';
import { plainText } from '../../core/text.ts';
import type { PosRefund, PosSale } from '../../model/pos-event.ts';
import type { ShelfRecord } from '../../model/shelf.ts';
import type { EmbeddedRecord, SourceRecord } from '../source.ts';

type Buyer = NonNullable<PosSale['customer']>;

/** Who buys without saying who it is, and who is known by an e-mail address only. */
const walkIn = 'walk-in:';
const guest = 'guest:';

export const isPersonOfReceipt = (id: string): boolean => id.startsWith(walkIn) || id.startsWith(guest);

/**
 * The customer a receipt refers to: one of the shelf, one who is known by the e-mail address, or the walk-in customer.
 * Books keep one currency per customer, so a receipt in a currency has a walk-in customer of that currency.
 */
export function buyerOf({ customer, currency }: PosSale | PosRefund): { ref: string; embedded: EmbeddedRecord[] } {
  const email = customer?.email?.trim().toLowerCase() ?? '';
  if (customer?.id) {
    const record = personRecord(customer.id, { ...customer, email }, currency, null);
    return { ref: customer.id, embedded: [{ authoritative: false, record }] };
  }
  const buyer: Partial<Buyer> = email
    ? { ...customer, email }
    : { first_name: 'Walk-in', last_name: `customer ${currency}` };
  const record = personRecord(email ? `${guest}${email}` : `${walkIn}${currency}`, buyer, currency, null);
  return { ref: record.id, embedded: [{ authoritative: true, record }] };
}

/** A customer of the shelf in canonical form. */
export function customerRecord({ id, body, changed_at }: ShelfRecord): SourceRecord {
  const record = personRecord(id, body as Partial<Buyer>, null, changed_at);
  return { ...record, raw: body as JsonObject };
}

function personRecord(
  id: string,
  person: Partial<Buyer> & { readonly company?: string; readonly billing?: JsonObject; readonly shipping?: JsonObject },
  currency: string | null,
  changedAt: string | null,
): SourceRecord {
  const { first_name = '', last_name = '', company = '', phone = '', billing = {}, shipping = {} } = person;
  const email = person.email?.trim().toLowerCase() ?? '';
  const displayName = plainText(`${first_name} ${last_name}`) || plainText(company) || email || `Customer ${id}`;
  return {
    entity: 'customer',
    id,
    label: displayName,
    modified_at: changedAt,
    raw: {},
    data: {
      email: email || null,
      first_name,
      last_name,
      display_name: displayName,
      qualifier: id,
      company,
      phone,
      country: typeof billing.country === 'string' ? billing.country : '',
      is_guest: changedAt === null,
      currency,
      billing,
      shipping,
      created_at: null,
      modified_at: changedAt,
    },
  };
}

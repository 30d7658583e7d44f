import type { JsonObject } from '../../core/json.ts';
import type { PosVendor } from '../../model/pos-event.ts';
import type { ShelfRecord } from '../../model/shelf.ts';
import type { SourceRecord } from '../source.ts';

/** A vendor of the shelf in canonical form, whoever put it there. */
export function vendorRecord({ id, body, changed_at }: ShelfRecord): SourceRecord {
  const { name, first_name = '', last_name = '', company = '', phone = '', ...rest } = body as Partial<PosVendor>;
  const email = rest.email?.trim().toLowerCase() ?? '';
  return {
    entity: 'vendor',
    id,
    label: name ?? `Vendor ${id}`,
    modified_at: changed_at,
    raw: body as JsonObject,
    data: {
      name: name ?? null,
      first_name,
      last_name,
      company,
      email: email || null,
      phone,
      account_number: rest.account_number ?? '',
      billing: (rest.billing ?? {}) as JsonObject,
      active: (body as { active?: boolean }).active !== false,
      created_at: null,
      modified_at: changed_at,
    },
  };
}

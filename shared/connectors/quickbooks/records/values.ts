import * as z from 'zod';
import type { Json, JsonObject } from '../../../core/json.ts';
import { exactMoney, isDecimalText, plainDecimal } from '../../../core/money.ts';
import { fingerprintOf } from '../fingerprint.ts';

/** A row as QuickBooks answers it, numbers with a fraction as decimal text. */
export type Row = JsonObject;

/** What turns a row into data may need beside it. */
export interface Company {
  /** Currency of transactions that name none. */
  readonly home: string;
  /** Calendar day in the company's zone: decides what is overdue. */
  readonly today: string;
}

const number = z.union([z.string(), z.number()]).transform(String).refine(isDecimalText, { error: 'not a number' });

/** An amount: at least two decimals, none lost. */
export const amount = number.transform((value) => exactMoney(value));
/** A quantity, price or rate. */
export const quantity = number.transform((value) => plainDecimal(value));

export const id = z.union([z.string(), z.number()]).transform(String);
export const ref = z.object({ value: id, name: z.string().optional() });
export const text = z.string().default('');
export const day = z.iso.date();

/** Times carry the company's offset (reference section 2). */
const time = z
  .string()
  .optional()
  .transform((value, context) => {
    if (value === undefined) return null;
    const moment = new Date(value);
    if (!Number.isNaN(moment.getTime())) return moment.toISOString();
    context.addIssue({ code: 'custom', message: `not a time: ${value.slice(0, 40)}` });
    return z.NEVER;
  });
export const metaData = z
  .object({ CreateTime: time, LastUpdatedTime: time })
  .default({ CreateTime: null, LastUpdatedTime: null });

export const email = z.object({ Address: z.string().optional() }).optional();
export const phone = z.object({ FreeFormNumber: z.string().optional() }).optional();

const addressSchema = z.object({
  Line1: z.string().optional(),
  Line2: z.string().optional(),
  Line3: z.string().optional(),
  Line4: z.string().optional(),
  Line5: z.string().optional(),
  City: z.string().optional(),
  CountrySubDivisionCode: z.string().optional(),
  PostalCode: z.string().optional(),
  Country: z.string().optional(),
});
/** Transactions may answer an address re-flowed into free lines (reference section 3.2): it is kept as it stands. */
export const address = addressSchema.optional().transform((value): JsonObject | null => {
  if (!value) return null;
  const { Line1, Line2, Line3, Line4, Line5 } = value;
  const present = (line: string | undefined): line is string => line !== undefined && line !== '';
  return {
    address_1: Line1 ?? null,
    address_2: [Line2, Line3, Line4, Line5].filter(present).join(', ') || null,
    city: value.City ?? null,
    state: value.CountrySubDivisionCode ?? null,
    postcode: value.PostalCode ?? null,
    country: value.Country ?? null,
  };
});

export const linked = z
  .array(z.object({ TxnId: id, TxnType: z.string() }))
  .default([])
  .transform((links) => links.map(({ TxnId, TxnType }) => ({ kind: snakeCase(TxnType), ref: TxnId })));

/** `BillPaymentCheck` -> `bill_payment_check`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(' ', '_')
    .toLowerCase();
}

/** The id and name behind a reference; both null where there is none. */
export function named(reference: z.infer<typeof ref> | undefined): { ref: string | null; name: string | null } {
  return { ref: reference?.value ?? null, name: reference?.name ?? null };
}

/**
 * Members that change although the object does not: the lock and the envelope, and the open balances of others that a
 * payment's lines carry along (`LineEx`, reference section 3.4).
 */
const volatile = new Set(['SyncToken', 'domain', 'sparse', 'LineEx']);

function stableRaw(row: Row): Row {
  const clean = (value: Json | undefined): Json | undefined => {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map((element: Json) => clean(element) ?? null);
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, member]) => (volatile.has(name) ? [] : [[name, clean(member)]])),
    );
  };
  return clean(row) as Row;
}

/** What every record has, whatever its kind. */
export function common(row: Row, meta: z.infer<typeof metaData>) {
  return { modified_at: meta.LastUpdatedTime, raw: stableRaw(row), fingerprint: fingerprintOf(row) };
}

/** A voided form keeps nothing but its place; only its note says so (reference section 4). */
export function isVoided(total: string, note: string): boolean {
  return Number(total) === 0 && /^voided/i.test(note);
}

import * as z from 'zod';
import { isDecimalText, money } from '../../core/money.ts';

/** An amount as WooCommerce prints it; `""` (no price, no tax) is zero where a sum is meant. */
export const amount = z.union([z.string(), z.number()]).transform((value, context) => {
  const text = String(value).trim();
  try {
    return text === '' ? '0.00' : money(text, Math.max(2, text.split('.')[1]?.length ?? 0));
  } catch {
    context.addIssue({ code: 'custom', message: `not an amount: ${text.slice(0, 40)}` });
    return z.NEVER;
  }
});

/** A quantity or a percentage, as decimal text. */
export const quantity = z
  .union([z.number(), z.string()])
  .transform(String)
  .refine(isDecimalText, { error: 'not a number' });

/** `2026-11-22T17:31:35` is UTC although it does not say so (reference section 3); null and "" are no time. */
export const gmt = z
  .string()
  .nullish()
  .transform((value, context) => {
    if (!value) return null;
    const moment = new Date(/Z|[+-]\d\d:\d\d$/.test(value) ? value : `${value}Z`);
    if (!Number.isNaN(moment.getTime())) return moment.toISOString();
    context.addIssue({ code: 'custom', message: `not a time: ${value.slice(0, 40)}` });
    return z.NEVER;
  });

/** Half a surrogate pair, which a plug-in left behind by cutting text, becomes the replacement character. */
const wellFormed = (value: string | number): string => String(value).toWellFormed();

export const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined ? '' : wellFormed(value)));

export const id = z.union([z.number().int(), z.string()]).transform(wellFormed);

export const addressSchema = z
  .object({
    first_name: text,
    last_name: text,
    company: text,
    address_1: text,
    address_2: text,
    city: text,
    state: text,
    postcode: text,
    country: text,
    email: text.optional(),
    phone: text.optional(),
  })
  .partial();
export type WooAddress = z.infer<typeof addressSchema>;

/** Members WooCommerce computes anew for each answer; keeping them would make every record look changed. */
const volatile = new Set(['_links', 'related_ids', 'price_html', 'avatar_url']);

/** The record as the shop sent it, without what changes by itself. */
export function stableRaw(raw: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(raw).filter(([key]) => !volatile.has(key)));
}

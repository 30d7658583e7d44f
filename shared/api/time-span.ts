import * as z from 'zod';

const dayMs = 86_400_000;

/** A day `2026-11-22`, UTC, or an instant with its zone. */
export const dayOrInstant = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

/** First and last millisecond that a day or an instant stands for. */
function span(text: string): { readonly first: number; readonly last: number } {
  const first = Date.parse(text);
  return { first, last: text.length === 'yyyy-mm-dd'.length ? first + dayMs - 1 : first };
}

/** Lower end of a span of time, as epoch ms. */
export const notBefore = dayOrInstant
  .transform((text) => span(text).first)
  .optional()
  .meta({ description: 'Not before this instant or day (UTC)' });

/** Upper end of a span of time, as epoch ms: the last of a day. */
export const notAfter = dayOrInstant
  .transform((text) => span(text).last)
  .optional()
  .meta({ description: 'Not after this instant or day (UTC)' });

/** Whether a span has its ends the right way round. */
export function isInOrder(from: number | undefined, to: number | undefined): boolean {
  return from === undefined || to === undefined || from <= to;
}

import { addDays } from '#shared/core/days.ts';

/** How far back the overview looks. */
const daysShown = 30;

/** Days up to `last`, oldest first. */
export const daysUpTo = (last: string): readonly string[] =>
  Array.from({ length: daysShown }, (_, index) => addDays(last, index - daysShown + 1));

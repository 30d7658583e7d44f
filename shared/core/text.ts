import { decode } from 'html-entities';

/**
 * Text as people mean it: no entities, tags, control characters or pictographs (QuickBooks may refuse emoji in names),
 * single spaces.
 */
export function plainText(value: string): string {
  return decode(value)
    .replace(/<\/?[a-zA-Z!][^>]*>/g, ' ')
    .replace(/(?!©|®|™)\p{Extended_Pictographic}|\p{Cc}|\p{Cf}|\p{Co}|\p{Cs}|\uFE0F/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** At most `length` UTF-16 units, never half a character. */
export function truncate(value: string, length: number): string {
  if (value.length <= length) return value;
  const cut = value.slice(0, length);
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
}

import { decimal, isDecimalText } from './money.ts';

/**
 * Whether what is stored still says what was sent: numbers by value, instants by time, members that a platform adds of its
 * own are overlooked, and absent, null and empty are one, also all through an object.
 */
export function sameContent(sent: unknown, stored: unknown): boolean {
  if (isNothing(stored)) return isNothing(sent);
  if (isNothing(sent) && !hasMembers(sent)) return false;
  if (Array.isArray(sent)) {
    return (
      Array.isArray(stored) &&
      sent.length === stored.length &&
      sent.every((element, index) => sameContent(element, stored[index]))
    );
  }
  if (typeof sent === 'object') {
    return (
      typeof stored === 'object' &&
      !Array.isArray(stored) &&
      Object.entries(sent as object).every(([name, member]) =>
        sameContent(member, (stored as Record<string, unknown>)[name]),
      )
    );
  }
  return scalar(sent) === scalar(stored);
}

/** An object of empty members says of each that it is empty, and nothing of others. */
const hasMembers = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0;

function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return typeof value === 'object' && Object.values(value).every(isNothing);
}

function scalar(value: unknown): string {
  const text = String(value);
  if (isDecimalText(text)) return decimal(text).toString();
  const instant = /^\d{4}-\d\d-\d\d[T ]\d\d:/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(instant) ? text : new Date(instant).toISOString();
}

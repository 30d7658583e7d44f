import { createHash } from 'node:crypto';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };
export type JsonObject = { readonly [key: string]: Json | undefined };

/** JSON with sorted keys and without undefined members: equal data has equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (member === null || typeof member !== 'object' || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}

export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** 32 hex digits that identify this content. */
export function contentHash(value: unknown): string {
  return sha256Hex(canonicalJson(value)).slice(0, 32);
}

type SourceReviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: SourceReviver) => unknown;
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

/**
 * Parses JSON without ever making a float: a number that is not a safe integer becomes its own text, so `100.00`
 * stays `"100.00"` and `12345678901234567.89` loses nothing. Safe integers stay numbers.
 *
 * @throws SyntaxError when the text is not JSON.
 */
export function parseExact(text: string): unknown {
  return parseWithSource(text, (_key, value, { source }) => {
    if (typeof value !== 'number' || source === undefined) return value;
    return Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? value : source;
  });
}

const decimalText = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/**
 * Serialises JSON, writing the decimal strings found under `numericKeys` as bare numbers with exactly their digits.
 * The counterpart of {@link parseExact} for platforms whose amounts are JSON numbers.
 */
export function stringifyExact(value: unknown, numericKeys: ReadonlySet<string>): string {
  return JSON.stringify(value, (key, member: unknown) =>
    typeof member === 'string' && numericKeys.has(key) && decimalText.test(member) ? rawJson(member) : member,
  );
}

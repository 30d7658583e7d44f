/** Removes secrets from what is about to be logged: by field name, by shape and by value. */
export interface Redactor {
  /** Values that must never be seen from now on, e.g. those of a secret just read. */
  remember(values: Iterable<string>): void;
  text(text: string): string;
  /** For JSON.stringify. */
  readonly replacer: (key: string, value: unknown) => unknown;
}

export const redacted = '[redacted]';

const secretName =
  /(?:secret|password|passwd|token|authorization|api_?key|apikey|consumer_key|service_key|credential|cookie|signature)s?$/i;

/** Shapes of the secrets we handle: Woo keys, Supabase keys, JSON web tokens, authorization headers, URL passwords. */
const secretShapes: readonly [RegExp, string][] = [
  [/\b(?:ck|cs)_[0-9a-f]{20,}\b/gi, redacted],
  [/\bsb_(?:secret|publishable)_[\w-]{8,}/g, redacted],
  [/\bwhsec_[\w+/=]{8,}/g, redacted],
  [/\bhttps:\/\/hooks\.slack\.com\/[\w/-]+/gi, redacted],
  [/\beyJ[\w-]{6,}\.[\w-]{6,}\.[\w-]*/g, redacted],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${redacted}`],
  [
    /([?&](?:consumer_key|consumer_secret|code|state|token|access_token|refresh_token|client_secret)=)[^&\s"']+/gi,
    `$1${redacted}`,
  ],
];

/** Values shorter than this are too common as parts of other words. */
const shortest = 8;
/** A worker meets many tenants; the oldest values go first. */
const mostRemembered = 2000;

export function createRedactor(): Redactor {
  const known = new Set<string>();
  const clean = (text: string): string => {
    let result = text;
    for (const value of known) if (result.includes(value)) result = result.replaceAll(value, redacted);
    for (const [shape, replacement] of secretShapes) result = result.replace(shape, replacement);
    return result;
  };
  return {
    remember(values) {
      for (const value of values) {
        if (value.length < shortest) continue;
        known.delete(value);
        known.add(value);
      }
      for (const oldest of known) {
        if (known.size <= mostRemembered) break;
        known.delete(oldest);
      }
    },
    text: clean,
    replacer: (key, value) => {
      if (key !== '' && secretName.test(key) && value !== null && value !== undefined) return redacted;
      if (typeof value === 'string') return clean(value);
      return value instanceof Error
        ? { name: value.name, message: clean(value.message), stack: clean(value.stack ?? '') }
        : value;
    },
  };
}

/** The one of this instance: what any part learns, every log line keeps to itself. */
export const redactor: Redactor = createRedactor();

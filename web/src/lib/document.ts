/** A JSON document as it is edited: it may have faults, and members no editor draws. */
export type Document = Readonly<Record<string, unknown>>;

export type Scalar = string | number | boolean | null;

/** A condition of the mapping language. */
export type Condition = Readonly<Record<string, unknown>>;

const keysOf = (path: string): readonly (string | number)[] =>
  [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) =>
    index === undefined ? (name ?? '') : Number(index),
  );

/** What stands at a path of a document: `fields[3].via[0]`. */
export function valueAt(value: unknown, path: string): unknown {
  let found = value;
  for (const key of keysOf(path)) {
    if (found === null || typeof found !== 'object') return undefined;
    found = (found as Readonly<Record<string | number, unknown>>)[key];
  }
  return found;
}

/** The document with something else at a path; undefined takes it away, out of a list too. */
export const withAt = (document: Document, path: string, value: unknown): Document =>
  put(document, keysOf(path), value) as Document;

function put(value: unknown, [key, ...rest]: readonly (string | number)[], next: unknown): unknown {
  if (key === undefined) return next;
  if (typeof key === 'number') {
    const list = Array.isArray(value) ? value : [];
    const inner = put(list[key], rest, next);
    return inner === undefined ? list.toSpliced(key, 1) : key < list.length ? list.with(key, inner) : [...list, inner];
  }
  const { [key]: before, ...others } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const inner = put(before, rest, next);
  if (inner === undefined) return others;
  // Members keep their places, so that versions can be compared by eye.
  return before === undefined ? { ...others, [key]: inner } : { ...(value as object), [key]: inner };
}

/** `Line[0].SalesItemLineDetail.ItemRef.value` -> `Line 1 › Sales item line detail › Item ref › Value` */
export const nameOf = (path: string): string =>
  path
    .split('.')
    .map((part) => {
      const words = part
        .replaceAll('[]', '')
        .replaceAll(/\[(\d+)\]/g, (_, index: string) => ` ${Number(index) + 1}`)
        .replaceAll('_', ' ')
        .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2');
      return words.slice(0, 1).toUpperCase() + words.slice(1).toLowerCase();
    })
    .join(' › ');

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What stands in a field, for people: `{"FreeFormNumber": "555 0101"}` -> `555 0101`, a reference by its name, of several
 * members each with its own. Empty text where there is nothing.
 */
export function inWords(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(inWords).filter(Boolean).join('; ');
  if (!isObject(value)) return String(value);
  if (typeof value.value === 'string' && typeof value.name === 'string') return value.name;
  const said = Object.entries(value)
    // What a platform calls the part itself is of no use to anybody else.
    .filter(([key]) => key !== 'Id')
    .map(([key, member]) => ({ key, words: inWords(member) }))
    .filter(({ words }) => words !== '');
  if (said.length === 1) return said[0]?.words ?? '';
  return said.map(({ key, words }) => `${nameOf(key)}: ${words}`).join(', ');
}

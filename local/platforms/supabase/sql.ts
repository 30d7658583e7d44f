/** Bound values of one statement. Everything a caller sends reaches Postgres here or through {@link identifier}. */
export class Values {
  readonly list: string[] = [];

  /** Appends a value and returns its placeholder. */
  bind(value: string): string {
    this.list.push(value);
    return `$${this.list.length}`;
  }
}

export interface Statement {
  readonly text: string;
  readonly values: readonly string[];
}

/**
 * A quoted SQL identifier.
 *
 * @throws RangeError for a NUL, which no identifier can hold and which would end the text on the wire.
 */
export function identifier(name: string): string {
  if (name.includes('\0')) throw new RangeError('an identifier cannot contain NUL');
  return `"${name.replaceAll('"', '""')}"`;
}

export function qualified(schema: string, name: string): string {
  return `${identifier(schema)}.${identifier(name)}`;
}

/** A Postgres array literal of texts, to be bound as one value. */
export function arrayLiteral(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`;
}

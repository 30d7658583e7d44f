import { ApiError } from './errors.ts';
import { identifier, type Values } from './sql.ts';
import { unquote } from './text.ts';

/** A column, or a place inside a JSON column: `raw->billing->>email`. */
export interface ColumnPath {
  readonly column: string;
  readonly arrows: readonly { readonly operator: '->' | '->>'; readonly key: string }[];
}

export function parseError(message: string, details: string): ApiError {
  return new ApiError({ status: 400, code: 'PGRST100', message, details });
}

export function parsePath(text: string): ColumnPath {
  const parts = text.split(/(->>|->)/);
  const column = unquote((parts[0] ?? '').trim());
  if (column === '' || column.includes('\0')) {
    throw parseError(
      `"failed to parse column (${text})" (line 1, column 1)`,
      'expecting field name (* or [a..z0..9_$])',
    );
  }
  const arrows: { operator: '->' | '->>'; key: string }[] = [];
  for (let at = 1; at < parts.length; at += 2) {
    arrows.push({ operator: parts[at] === '->>' ? '->>' : '->', key: unquote(parts[at + 1] ?? '') });
  }
  return { column, arrows };
}

/** Name of the path in the answer: the last key that is not an array index, else the column. */
export function pathName(path: ColumnPath): string {
  return path.arrows.findLast(({ key }) => !isIndex(key))?.key ?? path.column;
}

/** What a path can be resolved against: a table, a view or the rows of a function. */
export interface RowSource {
  /** Name the rows have in the statement. */
  readonly alias: string;
  /** SQL type per column, as far as known. */
  readonly types: ReadonlyMap<string, string>;
}

/** SQL of a path. Columns are qualified, so an unknown one is reported as `column orders.nope does not exist`. */
export function pathSql(path: ColumnPath, source: RowSource, values: Values): string {
  const column = `${identifier(source.alias)}.${identifier(path.column)}`;
  if (path.arrows.length === 0) return column;
  const type = source.types.get(path.column);
  const base = type === undefined || type === 'json' || type === 'jsonb' ? column : `to_jsonb(${column})`;
  const steps = path.arrows.map(
    ({ operator, key }) => `${operator}${values.bind(key)}::${isIndex(key) ? 'integer' : 'text'}`,
  );
  return `(${base}${steps.join('')})`;
}

function isIndex(key: string): boolean {
  return /^-?\d+$/.test(key);
}

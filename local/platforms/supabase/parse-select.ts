import { ApiError } from './errors.ts';
import { type ColumnPath, parseError, parsePath } from './parse-path.ts';
import { splitTopLevel, unquote } from './text.ts';

export type SelectItem =
  | { readonly kind: 'all' }
  | { readonly kind: 'column'; readonly path: ColumnPath; readonly cast?: string; readonly alias?: string }
  | {
      readonly kind: 'embed';
      readonly target: string;
      readonly hint?: string;
      readonly alias?: string;
      readonly items: readonly SelectItem[];
    };

/** Type names that are two words; any other must be one plain word, so a cast cannot carry SQL. */
const longTypes = new Set(['double precision', 'timestamp with time zone', 'timestamp without time zone']);

/** Parses `select=`; nothing means all columns. */
export function parseSelect(text: string | null): SelectItem[] {
  if (text === null || text.trim() === '') return [{ kind: 'all' }];
  const parts = splitTopLevel(text);
  if (!parts) throw selectError(text);
  return parts.map((part) => parseItem(part.trim()));
}

function parseItem(text: string): SelectItem {
  if (text === '*') return { kind: 'all' };
  if (/\.(?:sum|avg|min|max|count)\(\)/.test(text) || text === 'count()') {
    throw new ApiError({ status: 400, code: 'PGRST123', message: 'Use of aggregate functions is not allowed' });
  }
  const named = /^("(?:[^"\\]|\\.)*"|[^:"(]+):(?!:)(.+)$/s.exec(text);
  const alias = named ? { alias: unquote(named[1] ?? '') } : {};
  const rest = named?.[2] ?? text;
  const embed = /^([^("!]+)(?:!([^("!]+))?\((.*)\)$/s.exec(rest);
  if (embed) return parseEmbed(embed, alias);
  const [field = '', cast, ...more] = rest.split('::');
  if (more.length > 0 || /[()]/.test(field)) throw selectError(text);
  return { kind: 'column', path: parsePath(field), ...alias, ...(cast === undefined ? {} : { cast: parseCast(cast) }) };
}

function parseEmbed(match: RegExpExecArray, alias: { readonly alias?: string }): SelectItem {
  const [, target = '', hint, inner = ''] = match;
  if (target.startsWith('...') || hint === 'inner') throw selectError(match[0]);
  return {
    kind: 'embed',
    target,
    items: parseSelect(inner),
    ...alias,
    ...(hint === undefined || hint === 'left' ? {} : { hint }),
  };
}

function parseCast(type: string): string {
  if (longTypes.has(type) || /^[a-z_][a-z0-9_]*$/i.test(type)) return type;
  throw selectError(`::${type}`);
}

function selectError(text: string): ApiError {
  return parseError(`"failed to parse select parameter (${text})" (line 1, column 1)`, 'unexpected end of input');
}

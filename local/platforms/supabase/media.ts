import { parseCsv } from './csv.ts';
import { ApiError } from './errors.ts';

/** How rows are written: a JSON array, the only row as an object, or CSV. */
export type Media = 'json' | 'object' | 'csv';

const offered: ReadonlyMap<string, Media> = new Map([
  ['*/*', 'json'],
  ['application/*', 'json'],
  ['application/json', 'json'],
  ['application/vnd.pgrst.array+json', 'json'],
  ['application/openapi+json', 'json'],
  ['application/vnd.pgrst.object+json', 'object'],
  ['text/csv', 'csv'],
]);

const contentTypes: Readonly<Record<Media, string>> = {
  json: 'application/json; charset=utf-8',
  object: 'application/vnd.pgrst.object+json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
};

/**
 * Picks the first media type of `Accept` that exists.
 *
 * @throws ApiError 406 PGRST107.
 */
export function negotiateMedia(accept: string | undefined): Media {
  const wanted = (accept ?? '*/*').split(',').map((part) => part.split(';')[0]?.trim() ?? '');
  const media = wanted.map((type) => offered.get(type)).find((found) => found !== undefined);
  if (media) return media;
  throw new ApiError({
    status: 406,
    code: 'PGRST107',
    message: `None of these media types are available: ${wanted.join(', ')}`,
  });
}

export function contentType(media: Media): Record<string, string> {
  return { 'content-type': contentTypes[media] };
}

/** SQL that folds the rows of the relation `rows` into the text of a body. */
export function bodySql(media: Media, rows: string): string {
  if (media === 'object') return `(select (json_agg(r)->0)::text from ${rows} r)`;
  if (media === 'json') return `(select coalesce(json_agg(r), '[]')::text from ${rows} r)`;
  const header = `(select string_agg(k, ',') from (select json_object_keys(row_to_json(h)) k from (select * from ${rows} limit 1) h) n)`;
  const lines = `(select string_agg(substring(r::text, 2, length(r::text) - 2), E'\\n') from ${rows} r)`;
  return `(select concat_ws(E'\\n', ${header}, ${lines}))`;
}

/** @throws ApiError 406 PGRST116 when an object was asked for and the result is not exactly one row. */
export function checkSingle(media: Media, rows: number): void {
  if (media !== 'object' || rows === 1) return;
  throw new ApiError({
    status: 406,
    code: 'PGRST116',
    message: 'Cannot coerce the result to a single JSON object',
    details: `The result contains ${rows} rows`,
  });
}

/**
 * The request body as JSON text, whatever its content type.
 *
 * @throws ApiError 400 PGRST102 for a content type PostgREST does not read.
 */
export function jsonBody(type: string | undefined, body: string): string {
  const mime = (type ?? 'application/json').split(';')[0]?.trim() ?? '';
  if (mime === 'application/json' || mime === 'application/vnd.pgrst.object+json') return body;
  if (mime === 'text/csv') return JSON.stringify(parseCsv(body));
  throw new ApiError({ status: 400, code: 'PGRST102', message: `Content-Type not acceptable: ${mime}` });
}

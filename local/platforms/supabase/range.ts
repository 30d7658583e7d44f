import { ApiError } from './errors.ts';

/** Zero-based window of rows; `limit` is already cut to the project's row cap. */
export interface RowWindow {
  readonly offset: number;
  readonly limit: number;
}

/**
 * The window asked for by `limit`/`offset` and the `Range` header (GET and HEAD only).
 *
 * @throws ApiError 416 PGRST103 for a window that cannot exist.
 */
export function parseWindow(query: URLSearchParams, rangeHeader: string | undefined, maxRows: number): RowWindow {
  const limit = wholeNumber(query.get('limit'));
  const offset = wholeNumber(query.get('offset')) ?? 0;
  if (limit !== undefined && limit < 0) throw unsatisfiable('Limit should be greater than or equal to zero.');
  if (offset < 0) throw unsatisfiable('Offset should be greater than or equal to zero.');
  const header = /^(\d+)-(\d*)$/.exec(rangeHeader ?? '');
  const first = Math.max(offset, header ? Number(header[1]) : 0);
  const last = Math.min(offset + (limit ?? Infinity), header?.[2] ? Number(header[2]) + 1 : Infinity);
  if (header?.[2] && Number(header[2]) < Number(header[1])) {
    throw unsatisfiable('The lower boundary must be lower than or equal to the upper boundary in the Range header.');
  }
  return { offset: first, limit: Math.max(0, Math.min(last - first, maxRows)) };
}

/** `Content-Range` of `rows` rows found from `offset` on; `total` only when a count was asked for. */
export function contentRange(offset: number, rows: number, total?: number): string {
  return `${rows === 0 ? '*' : `${offset}-${offset + rows - 1}`}/${total ?? '*'}`;
}

/** 206 for a part of a counted whole, 416 for a window behind its end. */
export function readStatus(offset: number, rows: number, total: number | undefined): 200 | 206 | 416 {
  if (total === undefined) return 200;
  if (offset > total) return 416;
  return rows < total ? 206 : 200;
}

export function unsatisfiable(details: string, headers: Readonly<Record<string, string>> = {}): ApiError {
  return new ApiError({
    status: 416,
    code: 'PGRST103',
    message: 'Requested range not satisfiable',
    details,
    headers,
  });
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

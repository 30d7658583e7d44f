import { stringify } from 'csv-stringify/sync';

/** What makes Excel read a file as UTF-8. */
export const byteOrderMark = '\uFEFF';

/**
 * What spreadsheets take for the beginning of a formula, its full-width forms included.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const formulaStart = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;
const plainNumber = /^[+-]?\d+(?:\.\d+)?$/;

/** The cell as text that no spreadsheet runs: with an apostrophe before what looks like a formula. A number stays one. */
function safeCell(text: string): string {
  return formulaStart.test(text) && !plainNumber.test(text) ? `'${text}` : text;
}

/**
 * Lines of CSV (RFC 4180), each with CRLF at its end. Every cell is in quotes: spreadsheets of some countries split at
 * semicolons.
 */
export function csvLines(rows: readonly (readonly string[])[]): string {
  const safe = rows.map((row) => row.map(safeCell));
  return stringify(safe, { quoted: true, quoted_empty: true, record_delimiter: 'windows' });
}

import Papa from 'papaparse';

/** The rows of a CSV file by the names in its header, as a reader that is not ours sees them. */
export function readCsv(text: string): Record<string, string>[] {
  const { data, errors } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
  if (errors.length > 0) throw new Error(`no CSV: ${JSON.stringify(errors.slice(0, 3))}`);
  return data;
}

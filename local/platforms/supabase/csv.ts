/** Reads CSV with a header line; the bare word NULL is null, as PostgREST has it. */
export function parseCsv(text: string): Record<string, string | null>[] {
  const [header = [], ...rows] = parseRows(text);
  return rows.map((row) =>
    Object.fromEntries(header.map((name, at) => [name, row[at] === undefined || row[at] === 'NULL' ? null : row[at]])),
  );
}

/** Fields per line: quoted ones may hold commas, line breaks and doubled quotes. Empty lines are left out. */
function parseRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const match of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    const [, quoted, plain = '', end] = match;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  }
  return rows;
}

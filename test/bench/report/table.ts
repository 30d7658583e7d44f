import { significant } from '../numbers.ts';

/** A Markdown table; the first column is left-aligned, the others are numbers. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.map(cell).join(' | ')} |`;
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

function cell(value: string | number): string {
  return typeof value === 'string' ? value : significant(value).toLocaleString('en-US', { maximumFractionDigits: 10 });
}

/** `82 %`. */
export function percent(share: number): string {
  return `${significant(share * 100 >= 10 ? Math.round(share * 100) : share * 100)} %`;
}

/** `1.28 x`. */
export function times(ratio: number): string {
  return `${significant(ratio)} x`;
}

export interface Terminal {
  /** A line that stays. */
  line(text?: string): void;
  /** A line that the next one replaces; where there is no terminal it is printed now and then. */
  progress(text: string): void;
}

/** Seconds between progress lines where they cannot replace each other. */
const quietMs = 5000;

export function createTerminal(output: NodeJS.WriteStream): Terminal {
  const live = output.isTTY === true;
  let open = false;
  let lastPrinted = performance.now();
  return {
    line(text = '') {
      if (open) output.write('\r\u001B[2K');
      open = false;
      output.write(`${text}\n`);
    },
    progress(text) {
      if (live) {
        output.write(`\r\u001B[2K${text}`);
        open = true;
      } else if (performance.now() - lastPrinted > quietMs) {
        lastPrinted = performance.now();
        output.write(`${text.trimEnd()}\n`);
      }
    },
  };
}

const barWidth = 24;

/** `[######..................]` */
export function bar(percent: number): string {
  const filled = Math.round((Math.min(100, Math.max(0, percent)) / 100) * barWidth);
  return `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]`;
}

/** Rows of cells as aligned text; the first column to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('   ')
      .trimEnd(),
  );
}

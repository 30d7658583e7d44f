import { createPace as createSize, type Memory } from '../pace.ts';

interface Size {
  readonly rows: number;
  readonly bytes: number;
}

/** How much a project takes in one statement, counted in both. */
export interface Pace {
  readonly size: Size;
  /** One batch went well. */
  worked(): void;
  /** This much was too much. */
  tooMuch(sent: Size): void;
}

/** A new project begins with what most take. */
export function createPace(memory: Memory): Pace {
  const rows = createSize(memory, 'batch_rows', { start: 500, most: 1000 });
  const bytes = createSize(memory, 'batch_bytes', { start: 1_000_000, most: 4_000_000 });
  return {
    get size() {
      return { rows: rows.size, bytes: bytes.size };
    },
    worked() {
      rows.worked();
      bytes.worked();
    },
    tooMuch(sent) {
      rows.tooMuch(sent.rows);
      bytes.tooMuch(sent.bytes);
    },
  };
}

/** A number that outlives a worker, such as the size of batches that works. */
export interface Memory {
  recall(name: string): number | undefined;
  remember(name: string, value: number): void;
}

interface Size {
  readonly rows: number;
  readonly bytes: number;
}

const start: Size = { rows: 500, bytes: 1_000_000 };
const most: Size = { rows: 1000, bytes: 4_000_000 };
const growth = 1.5;
/** Batches in a row that must go well before they grow. */
const patience = 10;

/** How much a project takes in one statement: halved when it was too much, grown slowly while all goes well. */
export interface Pace {
  readonly size: Size;
  /** One batch went well. */
  worked(): void;
  /** This much was too much. */
  tooMuch(sent: Size): void;
}

/** Begins where the worker before left off; a new project with what most take. */
export function createPace(memory: Memory): Pace {
  let size: Size = {
    rows: memory.recall('batch_rows') ?? start.rows,
    bytes: memory.recall('batch_bytes') ?? start.bytes,
  };
  const note = (well: number): void => memory.remember('batches_well', well);
  const set = (rows: number, bytes: number): void => {
    size = { rows: Math.round(rows), bytes: Math.round(bytes) };
    note(0);
    memory.remember('batch_rows', size.rows);
    memory.remember('batch_bytes', size.bytes);
  };
  return {
    get size() {
      return size;
    },
    worked() {
      const well = (memory.recall('batches_well') ?? 0) + 1;
      note(well);
      if (well < patience || (size.rows >= most.rows && size.bytes >= most.bytes)) return;
      set(Math.min(most.rows, Math.ceil(size.rows * growth)), Math.min(most.bytes, size.bytes * growth));
    },
    tooMuch(sent) {
      // Of batches that were under way together only the first one to fail makes it smaller.
      set(
        Math.max(1, Math.min(size.rows, Math.floor(sent.rows / 2))),
        Math.max(1, Math.min(size.bytes, sent.bytes / 2)),
      );
    },
  };
}

/** A number that outlives a worker, such as the size of batches that works. */
export interface Memory {
  recall(name: string): number | undefined;
  remember(name: string, value: number): void;
}

const growth = 1.5;
/** Calls in a row that must go well before the size grows. */
const patience = 10;
/** The same for a size near one that was too much: such a try usually fails, and costs the platform dear. */
const longPatience = 50;
/** What counts as near. */
const nearness = 0.75;

/** How much a platform takes in one call. */
export interface Pace {
  readonly size: number;
  /** One call of this size went well. */
  worked(): void;
  /** This much was too much. */
  tooMuch(sent: number): void;
  /** It was not the size that failed: back to that of before. */
  acquitted(): void;
}

/** Halved when it was too much, grown slowly while all goes well. It begins where the worker before left off. */
export function createPace(
  memory: Memory,
  name: string,
  { start, most }: { readonly start: number; readonly most: number },
): Pace {
  const [well, failed, before] = [`${name}_well`, `${name}_failed`, `${name}_before`];
  const sizeNow = (): number => memory.recall(name) ?? start;
  const set = (size: number): void => {
    memory.remember(name, Math.round(size));
    memory.remember(well, 0);
  };
  return {
    get size() {
      return sizeNow();
    },
    worked() {
      const size = sizeNow();
      if (size >= most) return;
      const times = (memory.recall(well) ?? 0) + 1;
      memory.remember(well, times);
      const grown = Math.min(most, Math.ceil(size * growth));
      const ceiling = memory.recall(failed) || Number.POSITIVE_INFINITY;
      const isNear = grown > ceiling * nearness;
      if (times < (isNear ? longPatience : patience)) return;
      if (isNear) memory.remember(failed, 0);
      if (memory.recall(before)) memory.remember(before, 0);
      set(grown);
    },
    tooMuch(sent) {
      if (!memory.recall(before)) memory.remember(before, sizeNow());
      memory.remember(failed, Math.min(sent, memory.recall(failed) || sent));
      // Of calls that were under way together only the first one to fail makes it smaller.
      set(Math.max(1, Math.min(sizeNow(), Math.floor(sent / 2))));
    },
    acquitted() {
      const size = memory.recall(before);
      if (!size) return;
      set(size);
      memory.remember(failed, 0);
      memory.remember(before, 0);
    },
  };
}

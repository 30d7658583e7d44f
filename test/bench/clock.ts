import type { Clock } from '#shared/core/clock.ts';

/** What two processes need to agree on a clock. */
export interface ClockSpec {
  /** How many times faster than the machine's clock. 1: the machine's own. */
  readonly factor: number;
  /** Epoch ms at which both clocks showed the same. */
  readonly origin: number;
}

export const realTime: ClockSpec = { factor: 1, origin: 0 };

/** The compressed clock of shared/core, pinned to a common origin so that it reads the same in every process. */
export function clockOf({ factor, origin }: ClockSpec): Clock {
  return {
    now: () => origin + (Date.now() - origin) * factor,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms / factor)),
  };
}

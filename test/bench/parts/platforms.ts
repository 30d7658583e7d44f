import { type Child, startChild } from '../child.ts';
import { type ClockSpec, realTime } from '../clock.ts';
import type { Place } from '../platforms/place.ts';

const processModule = new URL('../platforms/process.ts', import.meta.url);

/** Starts the outside world with a shop of this size, does the work, and ends it. */
export async function withPlatforms<T>(
  orders: number,
  work: (place: Place) => Promise<T>,
  clock: ClockSpec = realTime,
): Promise<T> {
  const platforms: Child<Place> = await startChild(processModule, { orders, clock });
  try {
    return await work(platforms.answer);
  } finally {
    await platforms.stop();
  }
}

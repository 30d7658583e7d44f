import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

/** What a piece of work cost the process that did it. */
export interface Cost {
  readonly wall_ms: number;
  readonly cpu_ms: number;
  /** Resident memory: before the work, and the highest of the samples taken while it ran. MiB. */
  readonly rss_before_mb: number;
  readonly rss_peak_mb: number;
  /** How late timers fired, 99th percentile, real ms: what a compressed clock would multiply. */
  readonly timer_lag_p99_ms: number;
}

/** Often enough to see a window of work; asking costs a quarter of a millisecond. */
const sampleMs = 50;
const mebibyte = 1024 * 1024;

/** Runs the work and measures this process meanwhile. Servers it talks to run elsewhere and are not counted. */
export async function measure<T>(work: () => Promise<T>): Promise<{ value: T; cost: Cost }> {
  const before = process.memoryUsage.rss();
  let peak = before;
  const sample = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const sampler = setInterval(sample, sampleMs);
  const lag = monitorEventLoopDelay({ resolution: 10 });
  lag.enable();
  const cpu = process.cpuUsage();
  const start = performance.now();
  try {
    const value = await work();
    const wall = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    sample();
    const cost: Cost = {
      wall_ms: wall,
      cpu_ms: (user + system) / 1000,
      rss_before_mb: before / mebibyte,
      rss_peak_mb: peak / mebibyte,
      timer_lag_p99_ms: Math.max(0, lag.percentile(99) / 1e6 - 10),
    };
    return { value, cost };
  } finally {
    clearInterval(sampler);
    lag.disable();
  }
}

import type { RateLimit } from '../connectors/connector.ts';
import type { Clock } from '../core/clock.ts';

/** Moments of recent calls by kind, epoch ms: what the next worker of the lane must know. */
export type LimiterState = Readonly<Record<string, readonly number[]>>;

/**
 * Sliding windows over a platform's documented limits. A call waits until every limit of its kinds has room, so that no
 * window of that length ever holds more calls than allowed.
 */
export interface RateLimiter {
  /** Waits for room for one call that counts as each of `kinds`. */
  acquire(kinds: readonly string[]): Promise<void>;
  /** After a 429: nothing leaves before `ms` have passed. */
  pause(ms: number): void;
  /** A number about the platform's limits that no document tells, such as how large a batch may be. */
  recall(name: string): number | undefined;
  /** Keeps it for whoever goes on with the windows. */
  remember(name: string, value: number): void;
  snapshot(): LimiterState;
  /** How many calls were let through, by kind; `throttled` says after how many of them a pause was asked for. */
  readonly used: Readonly<Record<string, number>>;
  readonly limits: readonly RateLimit[];
}

export function createRateLimiter(limits: readonly RateLimit[], clock: Clock, state: LimiterState = {}): RateLimiter {
  const windows = limits.map((limit) => ({ limit, times: [...(state[windowName(limit)] ?? [])] }));
  const used: Record<string, number> = {};
  const notes = new Map(Object.entries(notesOf(state)));
  let pausedUntil = state[pauseName]?.[0] ?? 0;
  let turn: Promise<void> = Promise.resolve();

  const waitTime = (kinds: readonly string[]): number => {
    const now = clock.now();
    let wait = Math.max(0, pausedUntil - now);
    for (const { limit, times } of windows) {
      if (!kinds.includes(limit.kind)) continue;
      while (times.length > 0 && (times[0] ?? 0) <= now - limit.per_ms) times.shift();
      const oldest = times[times.length - limit.count];
      if (oldest !== undefined) wait = Math.max(wait, oldest + limit.per_ms - now + 1);
    }
    return wait;
  };

  const take = async (kinds: readonly string[]): Promise<void> => {
    for (let wait = waitTime(kinds); wait > 0; wait = waitTime(kinds)) await clock.sleep(wait);
    const now = clock.now();
    for (const { limit, times } of windows) if (kinds.includes(limit.kind)) times.push(now);
    for (const kind of kinds) used[kind] = (used[kind] ?? 0) + 1;
  };

  return {
    limits,
    used,
    acquire: (kinds) => {
      turn = turn.then(() => take(kinds));
      return turn;
    },
    pause: (ms) => {
      used.throttled = (used.throttled ?? 0) + 1;
      pausedUntil = Math.max(pausedUntil, clock.now() + ms);
    },
    recall: (name) => notes.get(notePrefix + name)?.[0],
    remember: (name, value) => void notes.set(notePrefix + name, [value]),
    snapshot: () => {
      const now = clock.now();
      const recent = windows.map(({ limit, times }): [string, readonly number[]] => [
        windowName(limit),
        times.filter((time) => time > now - limit.per_ms),
      ]);
      const pause: [string, readonly number[]][] = pausedUntil > now ? [[pauseName, [pausedUntil]]] : [];
      return Object.fromEntries([...recent, ...pause, ...notes]);
    },
  };
}

/** How much of each limit the calls of `state` still use. */
export function limitUse(
  limits: readonly RateLimit[],
  state: LimiterState,
  nowMs: number,
): readonly { readonly limit: RateLimit; readonly used: number }[] {
  return limits.map((limit) => {
    const times = state[windowName(limit)] ?? [];
    return { limit, used: times.filter((time) => time > nowMs - limit.per_ms).length };
  });
}

/** The part of a state that is about the platform, not about who uses it. */
export function notesOf(state: LimiterState): LimiterState {
  return Object.fromEntries(Object.entries(state).filter(([name]) => name.startsWith(notePrefix)));
}

/** Until when nothing may leave, kept beside the windows; they have a slash in their names. */
const pauseName = 'pause';

/** What is remembered; windows begin with the kind of call. */
const notePrefix = 'note/';

function windowName(limit: RateLimit): string {
  return `${limit.kind}/${limit.per_ms}`;
}

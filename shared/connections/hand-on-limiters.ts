import { contentHash } from '../core/json.ts';
import type { LimiterRepository } from '../data/limiter-repository.ts';
import { createRateLimiter, type LimiterState, notesOf, type RateLimiter } from '../platform/rate-limiter.ts';
import type { ConnectionDeps } from './deps.ts';

/** Limiters of the connections one worker uses, from the worker before and for the next. */
export interface HandedLimiters {
  open(platform: string): Promise<RateLimiter>;
  handOn(): Promise<void>;
}

/**
 * @param lane platform whose lane the worker rides in: its limiter goes on where the lane's last worker left it. Of the
 * others, which several lanes may read at once, only what was noted of the platform is known and handed on.
 */
export function handedLimiters(
  deps: Pick<ConnectionDeps, 'connectors' | 'clock'>,
  limits: LimiterRepository,
  tenantId: string,
  lane?: string,
): HandedLimiters {
  const opened = new Map<string, { readonly limiter: RateLimiter; readonly known: LimiterState }>();
  return {
    async open(platform) {
      const state = await limits.load(tenantId, platform);
      const known = platform === lane ? state : notesOf(state);
      const limiter = createRateLimiter(deps.connectors[platform]?.rateLimits ?? [], deps.clock, known);
      opened.set(platform, { limiter, known });
      return limiter;
    },
    async handOn() {
      for (const [platform, { limiter, known }] of opened) {
        const state = limiter.snapshot();
        if (platform === lane) await limits.save(tenantId, platform, state);
        else if (contentHash(notesOf(state)) !== contentHash(known)) await limits.saveNotes(tenantId, platform, state);
      }
    },
  };
}

import type { ConnectionContext, Credentials, Profile } from '#shared/connectors/connector.ts';
import type { Clock } from '#shared/core/clock.ts';
import { fail, ok, type Result } from '#shared/core/failure.ts';
import type { JsonObject } from '#shared/core/json.ts';
import { createHostGuard } from '#shared/platform/host-guard.ts';
import { createHttpClient } from '#shared/platform/http-client.ts';
import { createRateLimiter } from '#shared/platform/rate-limiter.ts';
import { testClock } from '#test/support/clock.ts';

type Secret = Readonly<Record<string, string>>;

interface ContextOptions {
  /** Address of the simulator: the only one that is let through. */
  readonly url: string;
  readonly secret: Secret;
  readonly profile?: Profile;
  readonly settings?: JsonObject;
  readonly clock?: Clock;
  /** What the platform's refusal of a token leads to; by default the owner must connect again. */
  readonly renew?: Credentials['renew'];
}

/** A connection to one simulator. Waits pass at once, and no limit applies. */
export function contextOf(options: ContextOptions): ConnectionContext {
  const clock = options.clock ?? testClock();
  return {
    tenantId: 'tenant-1',
    sandbox: false,
    credentials: { current: async () => ok(options.secret), renew: options.renew ?? refuse },
    profile: options.profile ?? {},
    settings: options.settings ?? {},
    http: createHttpClient({ guard: createHostGuard([new URL(options.url).host]), clock, random: () => 0 }),
    limiter: createRateLimiter([], clock),
    clock,
  };
}

const refuse = async (): Promise<Result<Secret>> =>
  fail({
    category: 'authentication',
    code: 'test.refused',
    reason: 'Refused.',
    fix: 'Connect again.',
    retryable: false,
  });

/** The source or target of a connector that has one. */
export function opened<T>(open: ((context: ConnectionContext) => T) | undefined, context: ConnectionContext): T {
  if (!open) throw new Error('this connector cannot do that');
  return open(context);
}

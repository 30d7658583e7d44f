import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import type { Breaker } from '../model/breaker.ts';
import { announceClosed, announceOpened } from './announce.ts';
import { admit, afterSlice, type SliceOutcome } from './breaker.ts';
import type { ConnectionAddress, ConnectionDeps } from './deps.ts';
import { waits } from './failures.ts';

type GateDeps = Pick<ConnectionDeps, 'breakers' | 'clock' | 'connectors' | 'announce'>;

/** The right of one slice to use one connection. */
export interface Pass {
  readonly address: ConnectionAddress;
  /** What was held against the connection when the slice began. */
  readonly breaker: Breaker | undefined;
  /** Version of the try this slice is. */
  readonly probe: number | undefined;
}

const maxTries = 5;

/**
 * Lets a slice use these connections, all or none. One read, and no write but for a try of a breaker that is open. Fails
 * with the time to come back.
 */
export async function enter(
  deps: GateDeps,
  tenantId: string,
  platforms: readonly string[],
): Promise<Result<readonly Pass[]>> {
  const breakers = new Map((await deps.breakers.list(tenantId)).map((each) => [each.platform, each]));
  const now = deps.clock.now();
  const wanted = platforms.map((platform) => ({ platform, admission: admit(breakers.get(platform), now) }));
  for (const { platform, admission } of wanted) {
    if (admission.kind === 'refused') return fail(refusal(deps, platform, admission.breaker, admission.retry_after_ms));
  }
  const passes: Pass[] = [];
  for (const { platform, admission } of wanted) {
    const address = { tenantId, platform };
    if (admission.kind === 'probe' && !(await deps.breakers.store(admission.claim))) {
      await leaveAll(deps, passes, () => ({ kind: 'unused' }));
      return fail(refusal(deps, platform, admission.claim, admission.claim.cooldown_ms));
    }
    const probe = admission.kind === 'probe' ? admission.claim.version : undefined;
    passes.push({ address, breaker: breakers.get(platform), probe });
  }
  return ok(passes);
}

function refusal({ connectors }: GateDeps, platform: string, breaker: Breaker, retryAfterMs: number): Failure {
  return waits(connectors[platform]?.title ?? platform, breaker, retryAfterMs);
}

/** Notes how the slice ended for each of its connections. Costs nothing while all is well. */
export async function leaveAll(
  deps: GateDeps,
  passes: readonly Pass[],
  outcomeOf: (platform: string) => SliceOutcome,
): Promise<void> {
  for (const pass of passes) {
    const outcome = outcomeOf(pass.address.platform);
    if (outcome.kind === 'failed' || pass.breaker) await note(deps, pass, outcome);
  }
}

async function note(deps: GateDeps, { address, probe }: Pass, outcome: SliceOutcome): Promise<void> {
  const { breakers, clock } = deps;
  const ended = outcome.kind === 'worked' ? outcome : { ...outcome, probe };
  for (let tries = 0; tries < maxTries; tries += 1) {
    const present = await breakers.find(address.tenantId, address.platform);
    const change = afterSlice(address, present, ended, clock.now());
    if (change.kind === 'keep') return;
    if (change.kind === 'clear' && present) await announceClosed(deps, present);
    const stored = change.kind === 'store' ? breakers.store(change.breaker) : present && breakers.clear(present);
    if (!(await stored)) continue;
    // After each try that fails, too: it is the same announcement, unless a worker died before the first.
    if (change.kind === 'store' && change.breaker.state === 'open') await announceOpened(deps, change.breaker);
    return;
  }
}

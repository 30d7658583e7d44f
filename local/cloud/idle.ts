import type { Poller } from './pollers.ts';
import type { LambdaRuntime } from './runtime/lambda.ts';

const checkMs = 10;

/**
 * Resolves when no function runs and every queue that feeds one is empty.
 * @throws Error naming what is still busy after `timeoutMs`.
 */
export async function becomeIdle(
  lambda: LambdaRuntime,
  pollers: ReadonlyMap<string, Poller>,
  timeoutMs: number,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  // Twice in a row: between a queue that was seen empty and a function that was seen at rest, a message may pass.
  for (let calm = 0; calm < 2; ) {
    const busy = [...pollers].filter(([, poller]) => poller.busy).map(([queue]) => queue);
    if (lambda.active === 0 && busy.length === 0) calm += 1;
    else calm = 0;
    if (calm < 2 && performance.now() > deadline) {
      throw new Error(`not idle after ${timeoutMs} ms: ${lambda.active} events, queues ${busy.join(', ') || 'empty'}`);
    }
    await new Promise((resolve) => setTimeout(resolve, checkMs));
  }
}

import { type Interceptor, Killed } from './world.ts';

export interface KillSwitch extends Interceptor {
  /** Names of the calls made, in order, up to and with the fatal one. */
  readonly calls: readonly string[];
  readonly killed: boolean;
}

/**
 * Lets a worker die at its nth call to AWS or a platform: `before` the call is made, or `after` it took effect but before
 * its answer is seen. Whatever the dead worker still tries fails. Without `at` it only counts.
 */
export function killSwitch(at?: Death): KillSwitch {
  const calls: string[] = [];
  let killed = false;
  return {
    calls,
    get killed() {
      return killed;
    },
    async around(name, call) {
      if (killed) throw new Killed(name);
      calls.push(name);
      if (calls.length - 1 !== at?.call) return call();
      killed = true;
      if (at.when === 'after') await call().catch(() => undefined);
      throw new Killed(name);
    },
  };
}

/** Where a worker can die that makes these calls. */
export interface Death {
  readonly call: number;
  readonly when: 'before' | 'after';
}

/**
 * Every death that leaves something else behind, for calls as a living worker makes them: before the first, and after each.
 * To die before a later call is to die after the one before it, since nothing lasts but what calls do.
 */
export function deaths({ calls }: Pick<KillSwitch, 'calls'>): readonly Death[] {
  return [{ call: 0, when: 'before' }, ...calls.map((_, call) => ({ call, when: 'after' as const }))];
}

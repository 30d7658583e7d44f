import type { LaneResult } from '../parts/lane.ts';
import type { Overhead } from '../parts/overhead.ts';
import type { RepeatResult } from '../parts/repeat.ts';
import type { WebhookResult } from '../parts/webhooks.ts';

/** Everything one run of the benchmark found: what docs/performance.json holds. */
export interface Results {
  readonly measured_at: string;
  readonly seconds: number;
  readonly machine: { readonly node: string; readonly platform: string; readonly cores: number };
  readonly lane: LaneResult;
  readonly overhead: Overhead;
  readonly repeat: RepeatResult;
  readonly webhooks: WebhookResult;
}

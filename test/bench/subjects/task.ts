import type { Leg } from '#shared/model/run.ts';
import type { ClockSpec } from '../clock.ts';
import type { Cost } from '../meter.ts';
import type { CompanyGrant, Place, Sightings } from '../platforms/place.ts';

/** One sync to run: an entity as the API spells it. */
export interface SyncSpec {
  readonly entity: string;
  readonly mode: 'full' | 'incremental';
}

/** What our engine is to do in a process of its own, from an empty company. */
export interface EngineTask {
  readonly place: Place;
  readonly company: CompanyGrant;
  readonly syncs: readonly SyncSpec[];
  readonly clock: ClockSpec;
  /** Slow platforms down as real ones are. */
  readonly slow: boolean;
  /** Keep to the platform's limits; without, the engine's limiter lets everything through. */
  readonly limited: boolean;
  /** Ask DynamoDB what each call consumed. */
  readonly capacity: boolean;
  /** File that gets the platform calls, one at a time and in order, for the prepared baseline. */
  readonly recordTo?: string;
}

/** A platform call: when it left and when its answer was complete, epoch ms of the task's clock. */
export interface PlatformCall {
  readonly platform: 'quickbooks' | 'woocommerce';
  readonly kind: 'read' | 'batch';
  readonly status: number;
  readonly sent_at: number;
  readonly answered_at: number;
}

export interface AwsUse {
  /** By command: `dynamodb.BatchGetItem`. */
  readonly calls: Readonly<Record<string, number>>;
  /** Units DynamoDB says were consumed; zero unless asked for. */
  readonly read_units: number;
  readonly write_units: number;
}

export interface SyncReport {
  readonly cost: Cost;
  /** Duration by the task's clock, ms. */
  readonly clock_ms: number;
  readonly legs: readonly Leg[];
  readonly failures: number;
  readonly aws: AwsUse;
  readonly before: Sightings;
  readonly after: Sightings;
  readonly calls: readonly PlatformCall[];
}

/** What a script that does the same without our engine is to do. */
export interface BaselineTask {
  readonly place: Place;
  readonly company: CompanyGrant;
  /** For the prepared baseline: what the engine sent. */
  readonly recording?: string;
}

export interface BaselineReport {
  readonly cost: Cost;
  readonly orders: number;
  /** Documents written to QuickBooks. */
  readonly documents: number;
  /** Documents QuickBooks refused. */
  readonly failed: number;
  readonly before: Sightings;
  readonly after: Sightings;
}

import { randomBytes, randomUUID } from 'node:crypto';
import { encodeTime, ulid } from 'ulid';
import type { Clock } from './clock.ts';

/** Sources of identity, injected so that tests are repeatable. */
export interface Ids {
  /** Sortable id, newest last: for runs and failures. */
  next(): string;
  /** Unguessable URL-safe token: for OAuth state and confirmations. */
  token(): string;
  uuid(): string;
}

export function randomIds(clock: Clock): Ids {
  return {
    next: () => ulid(clock.now()),
    token: () => randomBytes(24).toString('base64url'),
    uuid: () => randomUUID(),
  };
}

/** What the sortable ids made in this millisecond start with: earlier ones sort before it, later ones after it. */
export function idPrefix(epochMs: number): string {
  return encodeTime(Math.max(0, epochMs), 10);
}

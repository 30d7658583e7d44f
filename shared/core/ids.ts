import { randomBytes, randomUUID } from 'node:crypto';
import { ulid } from 'ulid';
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

import type { Failure } from '../core/failure.ts';
import { isSandbox } from '../core/workspace.ts';
import type { Breaker } from '../model/breaker.ts';

export const notConnected = (title: string, workspaceId: string): Failure => ({
  category: 'conflict',
  code: 'connection.required',
  reason: isSandbox(workspaceId)
    ? `Sandbox mode is on and ${title} has no sandbox credentials.`
    : `${title} is not connected.`,
  fix: `Connect ${title}${isSandbox(workspaceId) ? "'s sandbox" : ''} under Connections.`,
  retryable: false,
});

/** A sandbox over the live account would be none. */
export const sameAccount = (title: string, workspaceId: string): Failure => ({
  category: 'conflict',
  code: 'connection.same_account',
  reason: isSandbox(workspaceId)
    ? `This ${title} account is connected live already, so it cannot be the sandbox too.`
    : `This ${title} account is connected in the sandbox, so it cannot be live too.`,
  fix: isSandbox(workspaceId)
    ? 'Connect another one, made for testing.'
    : 'Disconnect it in sandbox mode first, or connect another one.',
  retryable: false,
});

export const disabled = (title: string): Failure => ({
  category: 'conflict',
  code: 'connection.disabled',
  reason: `The connection to ${title} is switched off.`,
  fix: 'Switch it on under Connections.',
  retryable: false,
});

export const reauthRequired = (title: string, cause?: Failure): Failure => ({
  category: 'authentication',
  code: 'connection.reauth_required',
  platform_code: cause?.platform_code,
  trace_id: cause?.trace_id,
  reason: `${title} no longer accepts this connection.`,
  fix: `Connect ${title} again under Connections.`,
  retryable: false,
});

export const busy = (title: string): Failure => ({
  category: 'conflict',
  code: 'connection.busy',
  reason: `The connection to ${title} is being changed at this moment.`,
  fix: 'Try again in a few seconds.',
  retryable: true,
  retry_after_ms: 5000,
});

/** The breaker is open: nobody asks the platform for now. */
export const waits = (title: string, { failures, failure }: Breaker, retryAfterMs: number): Failure => ({
  category: 'network',
  code: 'connection.waiting',
  platform_code: failure.platform_code,
  trace_id: failure.trace_id,
  reason: `${title} stopped the last ${failures} tries in a row. The latest: ${failure.reason}`,
  fix: 'Nothing to do: it is tried again by itself, and the sync goes on when the platform answers.',
  retryable: true,
  retry_after_ms: retryAfterMs,
});

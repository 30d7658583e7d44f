import type { Failure } from '../core/failure.ts';

export const notConnected = (title: string): Failure => ({
  category: 'conflict',
  code: 'connection.required',
  reason: `${title} is not connected.`,
  fix: `Connect ${title} under Connections.`,
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

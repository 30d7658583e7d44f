import type { FetchLike } from '#shared/platform/http-client.ts';

/** A platform request as it was sent, credentials apart. */
export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly body: string | null;
  readonly type: string | null;
}

/**
 * A fetch that keeps what it sends. One call at a time, so that an empty company that gets the same requests in the same
 * order gives out the same ids.
 */
export function recordingFetch() {
  const requests: RecordedRequest[] = [];
  let turn: Promise<unknown> = Promise.resolve();
  const send: FetchLike = async (url, init) => {
    const type = new Headers(init.headers).get('content-type');
    requests.push({ method: init.method ?? 'GET', url, body: init.body ? String(init.body) : null, type });
    const response = await fetch(url, init);
    return new Response(await response.text(), response);
  };
  const inTurn: FetchLike = (url, init) => {
    const sent = turn.then(() => send(url, init));
    turn = sent.catch(() => undefined);
    return sent;
  };
  return { requests, fetch: inTurn, clear: () => void requests.splice(0) };
}

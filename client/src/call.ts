/** What the client needs to know. */
export interface ClientOptions {
  /** Where the API is, e.g. `https://api.example.com`; empty for the host of the page. */
  readonly baseUrl: string;
  /** The caller's token, asked for before each call that needs one: renew it here when it is about to expire. */
  readonly token: () => string | Promise<string>;
  /** What sends requests instead of the platform's own `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** What may be said about one call. */
export interface CallOptions {
  /** Ends the call; it then rejects with the signal's reason. For a time limit: `AbortSignal.timeout(10_000)`. */
  readonly signal?: AbortSignal | undefined;
}

/** Input of operations that take none. */
export type NoInput = Readonly<Record<string, never>>;

/** One page of a list; `next_cursor` is null on the last. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
}

/** How an operation is sent. */
export interface Operation {
  readonly method: string;
  /** With parameters in braces: `/api/sync/status/{sync_id}`. */
  readonly path: string;
  /** Names of the inputs that go into the query. */
  readonly query: readonly string[];
  readonly hasBody: boolean;
  readonly needsToken: boolean;
  /** The lowest role that may call it; null where everybody may. */
  readonly role: string | null;
}

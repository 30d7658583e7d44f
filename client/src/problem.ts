/** One fault of a request: which field (`filters.status[0]`), what kind, and a sentence for people. */
export interface Fault {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** Members of an answer that is no success; none of them can be relied on before they are looked at. */
type Members = Readonly<Record<string, unknown>>;

/** Codes of this client, beside those of the API. */
export type ClientCode =
  /** There was no answer: no network, no such host, or an origin that the API does not allow. */
  | 'client.unreachable'
  /** There was an answer that is none of the API's, perhaps of a proxy in between. */
  | 'client.unexpected_answer';

/** Why a call has no result. Thrown for each answer that is no success, and when there is none. */
export class SyncProblem extends Error {
  override readonly name = 'SyncProblem';
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Stable code for programs, e.g. `sync.already_running`, or a `ClientCode`. */
  readonly code: string;
  readonly title: string;
  /** What happened and what to do, for people. */
  readonly detail: string;
  /** Every faulty field of the request. */
  readonly errors: readonly Fault[];
  /** To tell support; undefined when the API itself was not reached. */
  readonly requestId: string | undefined;
  /** The whole answer, with members of single codes: `sync_id`, `valid`, `platform`, `category`, `retryable`. */
  readonly members: Members;

  constructor(status: number, members: Members, options?: ErrorOptions) {
    const title = text(members.title) ?? 'The call failed';
    const detail = text(members.detail) ?? text(members.message) ?? `The answer has status ${status}.`;
    super(detail, options);
    this.status = status;
    this.code = text(members.code) ?? codeOf(status);
    this.title = title;
    this.detail = detail;
    this.errors = Array.isArray(members.errors) ? members.errors.filter(isFault) : [];
    this.requestId = text(members.request_id);
    this.members = members;
  }
}

/** The gateway refuses tokens and unknown paths itself, with a message and no code. */
function codeOf(status: number): string {
  if (status === 401) return 'auth.unauthenticated';
  if (status === 403) return 'auth.forbidden';
  return status === 404 ? 'route.not_found' : ('client.unexpected_answer' satisfies ClientCode);
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function isFault(value: unknown): value is Fault {
  if (typeof value !== 'object' || value === null) return false;
  const { path, code, message } = value as Members;
  return [path, code, message].every((member) => typeof member === 'string');
}

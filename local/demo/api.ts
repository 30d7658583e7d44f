/** The public API, called the way any client would. */
export interface Api {
  get(path: string): Promise<ApiAnswer>;
  post(path: string, body?: unknown): Promise<ApiAnswer>;
}

export type ApiAnswer = Readonly<Record<string, unknown>>;

/** The API refused, in its own words. */
export class Refused extends Error {
  readonly code: string;

  constructor(call: string, { status, code, detail, message }: ApiAnswer) {
    super(`${call}: ${String(status)} ${String(detail ?? message)}`);
    this.code = String(code);
  }
}

/** @throws Refused */
export function createApi(baseUrl: string, token: string): Api {
  const call = async (method: string, path: string, body?: unknown): Promise<ApiAnswer> => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as ApiAnswer;
    if (!response.ok) throw new Refused(`${method} ${path}`, { ...answer, status: response.status });
    return answer;
  };
  return { get: (path) => call('GET', path), post: (path, body) => call('POST', path, body ?? {}) };
}

/** The public API, called the way any client would. */
export interface Api {
  get(path: string): Promise<ApiAnswer>;
  post(path: string, body?: unknown): Promise<ApiAnswer>;
}

export type ApiAnswer = Readonly<Record<string, unknown>>;

/** @throws Error with the problem's own words when the API refuses. */
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
    if (!response.ok)
      throw new Error(`${method} ${path}: ${response.status} ${String(answer.detail ?? answer.message)}`);
    return answer;
  };
  return { get: (path) => call('GET', path), post: (path, body) => call('POST', path, body ?? {}) };
}

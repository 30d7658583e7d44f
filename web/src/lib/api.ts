import {
  keepPreviousData,
  type Query,
  QueryClient,
  queryOptions,
  type UseMutationResult,
  type UseQueryResult,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { createClient, type Page, type SyncClient, SyncProblem } from '#client/index.ts';
import { currentToken } from './auth/index.ts';
import { getConfig } from './config.ts';
import { reportReachable } from './online.ts';

export type { SyncClient } from '#client/index.ts';
export { SyncProblem } from '#client/index.ts';
export type * from '#client/schemas.ts';

/** The typed client of the API. Pages use the hooks below; this is for what is called once, on a click. */
export const api: SyncClient = createClient({
  get baseUrl() {
    return getConfig().apiUrl;
  },
  token: currentToken,
  fetch: async (url, request) => {
    try {
      const response = await fetch(url, request);
      reportReachable(true);
      return response;
    } catch (cause) {
      if (!request?.signal?.aborted) reportReachable(false);
      throw cause;
    }
  },
});

export type Operation = keyof SyncClient;
type InputOf<Name extends Operation> = Parameters<SyncClient[Name]>[0];
type AnswerOf<Name extends Operation> = Awaited<ReturnType<SyncClient[Name]>>;

/** Calls by name: each member of the client takes its input and options. */
type Call<Name extends Operation> = (
  input: InputOf<Name>,
  options?: { readonly signal?: AbortSignal },
) => Promise<AnswerOf<Name>>;

const callOf = <Name extends Operation>(name: Name): Call<Name> => api[name] as unknown as Call<Name>;

/** What an operation answers, cached under its name and input: `useQuery(apiQuery('getSync', { sync_id }))`. */
export function apiQuery<Name extends Operation>(name: Name, input?: InputOf<Name>) {
  return queryOptions<AnswerOf<Name>, Error>({
    queryKey: [name, input ?? {}],
    queryFn: ({ signal }) => callOf(name)(input as InputOf<Name>, { signal }),
  });
}

export interface ApiOptions<Answer> {
  /** False: not asked yet. */
  readonly enabled?: boolean;
  /** Asked again this often, in milliseconds; see `live`. */
  readonly every?: number | ((answer: Answer | undefined) => number | false);
  /** Shows what was there while another input is asked for. */
  readonly keepPrevious?: boolean;
}

/** Reads: `const runs = useApi('listSyncs', { status: 'running' })`. */
export function useApi<Name extends Operation>(
  name: Name,
  input?: InputOf<Name>,
  { enabled = true, every, keepPrevious = false }: ApiOptions<AnswerOf<Name>> = {},
): UseQueryResult<AnswerOf<Name>, Error> {
  const interval = typeof every === 'function' ? (query: Answered<AnswerOf<Name>>) => every(query.state.data) : every;
  return useQuery<AnswerOf<Name>, Error>({
    ...apiQuery(name, input),
    enabled,
    refetchInterval: interval ?? false,
    ...(keepPrevious ? { placeholderData: keepPreviousData } : {}),
  });
}

type Answered<Answer> = Query<Answer, Error, Answer, readonly unknown[]>;

/** For `every`: asks again while something is going on. */
export const live =
  <Answer>(isLive: (answer: Answer) => boolean, everyMs = 1000) =>
  (answer: Answer | undefined): number | false =>
    answer !== undefined && isLive(answer) ? everyMs : false;

/** Operations that answer pages. */
type ListOperation = {
  [Name in Operation]: AnswerOf<Name> extends Page<unknown> ? Name : never;
}[Operation];
type ItemOf<Name extends ListOperation> = AnswerOf<Name> extends Page<infer Item> ? Item : never;

export interface ApiList<Item> {
  readonly rows: readonly Item[];
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly refetch: () => unknown;
  readonly hasMore: boolean;
  readonly loadMore: () => unknown;
  readonly isLoadingMore: boolean;
}

/** Reads a list page by page; goes straight into a `DataTable`: `<DataTable {...useApiList('listSyncs', filters)} … />`. */
export function useApiList<Name extends ListOperation>(
  name: Name,
  input?: Omit<NonNullable<InputOf<Name>>, 'cursor' | 'page' | 'per_page'>,
  { every, enabled = true }: { readonly every?: number; readonly enabled?: boolean } = {},
): ApiList<ItemOf<Name>> {
  const list = useInfiniteQuery({
    queryKey: [name, input ?? {}, 'pages'],
    queryFn: ({ signal, pageParam }) =>
      callOf(name)({ limit: 100, ...input, ...(pageParam === null ? {} : { cursor: pageParam }) } as InputOf<Name>, {
        signal,
      }) as Promise<Page<ItemOf<Name>>>,
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    enabled,
    ...(every === undefined ? {} : { refetchInterval: every }),
  });
  return {
    rows: list.data?.pages.flatMap(({ items }) => items) ?? noRows,
    isPending: list.isPending,
    error: list.error,
    refetch: list.refetch,
    hasMore: list.hasNextPage,
    loadMore: list.fetchNextPage,
    isLoadingMore: list.isFetchingNextPage,
  };
}

const noRows: readonly never[] = [];

/**
 * Changes: `const start = useAction('startSync', { changes: ['listSyncs'] })`, then `start.mutate({ entity, body })`. What
 * `changes` names is read again; without it, everything that is shown.
 */
export function useAction<Name extends Operation>(
  name: Name,
  options: {
    readonly changes?: readonly Operation[];
    readonly onSuccess?: (answer: AnswerOf<Name>, input: InputOf<Name>) => void;
    readonly onError?: (error: Error) => void;
  } = {},
): UseMutationResult<AnswerOf<Name>, Error, InputOf<Name>> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: InputOf<Name>) => callOf(name)(input),
    // Pending until it is shown: whoever acts again before acts on what was.
    onSuccess: (answer, input) => {
      options.onSuccess?.(answer, input);
      return queries.invalidateQueries({
        predicate: ({ queryKey }) => options.changes?.includes(queryKey[0] as Operation) ?? true,
      });
    },
    ...(options.onError ? { onError: options.onError } : {}),
  });
}

/** A caller's fault stays one however often it is repeated. */
const isWorthRepeating = (error: Error): boolean => error instanceof SyncProblem && error.status >= 500;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Without a network calls fail and say so, instead of waiting unseen.
      networkMode: 'always',
      retry: (failures, error) => failures < 2 && isWorthRepeating(error),
      staleTime: 5_000,
      refetchOnWindowFocus: true,
    },
    mutations: { networkMode: 'always', retry: false },
  },
});

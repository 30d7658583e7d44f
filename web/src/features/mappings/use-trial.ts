import { type MappingFault, type MappingPreview, SyncProblem, useApi } from '#web/lib/api.ts';
import { useCan } from '#web/lib/auth/index.ts';
import { useDebounced } from '#web/lib/debounced.ts';
import type { Document } from '#web/lib/document.ts';

export interface TrialOptions {
  readonly mappingId: string;
  readonly draft: Document;
  readonly isChanged: boolean;
  readonly entity: string;
  readonly source: { readonly platform: string; readonly entity: string };
  readonly target: { readonly entity: string };
  /** Id of the record on which it is tried; without it the last one of which there is such a document. */
  readonly record: string | undefined;
}

export interface Trial {
  readonly faults: readonly MappingFault[];
  /** The draft as it is now has not been checked yet. */
  readonly isChecking: boolean;
  readonly preview: MappingPreview | undefined;
  readonly isPreviewing: boolean;
  readonly previewError: Error | null;
}

/** Checks a draft and tries it on a real record, as it is edited. */
export function useTrial({
  mappingId: mapping_id,
  draft,
  isChanged,
  entity,
  source,
  target,
  record,
}: TrialOptions): Trial {
  const canTry = useCan('previewMapping');
  const document = useDebounced(draft);
  const check = useApi(
    'validateMapping',
    { mapping_id, body: { document } },
    { enabled: canTry && isChanged, keepPrevious: true },
  );
  const last = useApi(
    'listHistory',
    { entity, connection: source.platform, limit: 50 },
    { enabled: canTry && record === undefined },
  );
  const synced = (last.data?.items ?? []).filter(
    (entry) => entry.source.connection === source.platform && entry.source.entity === source.entity,
  );
  const written = synced.find(({ documents }) =>
    documents.some((one) => one.entity === target.entity && one.target_id !== null),
  );
  const found = written ?? synced[0];
  const id = record ?? found?.source.id;
  // The record is read from its platform once; drafts are tried on what was read.
  const read = useApi(
    'previewMapping',
    { mapping_id, body: { record: { id: id ?? '' } } },
    { enabled: canTry && !!id },
  );
  const own = read.data?.record;
  const isDrawable = !(check.error instanceof SyncProblem);
  const tried = useApi(
    'previewMapping',
    {
      mapping_id,
      body: {
        document,
        record: {
          id: own?.id ?? '',
          data: (own?.data ?? {}) as Readonly<Record<string, unknown>>,
          raw: (own?.raw ?? {}) as Readonly<Record<string, unknown>>,
        },
      },
    },
    { enabled: canTry && own !== undefined && isChanged && isDrawable, keepPrevious: true },
  );
  const preview = isChanged && own && tried.data ? { ...tried.data, record: own } : read.data;
  return {
    faults: isChanged ? (check.data?.faults ?? []) : [],
    isChecking: isChanged && (document !== draft || check.isPlaceholderData || check.data === undefined),
    preview,
    isPreviewing: canTry && (last.isLoading || read.isLoading),
    previewError: read.error,
  };
}

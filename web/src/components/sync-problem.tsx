import { SyncProblem } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';
import { TextLink } from './link.tsx';
import { ErrorState } from './states.tsx';

/** Why a sync did not start; when another one is in the way, with a link to it. */
export function StartProblem({ error }: { readonly error: Error }) {
  const other = error instanceof SyncProblem ? error.members.sync_id : undefined;
  return (
    <div className="flex flex-col gap-2">
      <ErrorState error={error} isInline />
      {typeof other === 'string' && (
        <TextLink to="/runs/$syncId" params={{ syncId: other }}>
          {t('sync.runningSync')}
        </TextLink>
      )}
    </div>
  );
}

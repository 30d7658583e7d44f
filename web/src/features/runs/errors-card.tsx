import { Card } from '#web/components/card.tsx';
import { TextLink } from '#web/components/link.tsx';
import type { SyncDetail } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';

/** The latest records that did not arrive, why, and what to do. */
export function ErrorsCard({ sync: { errors } }: { readonly sync: SyncDetail }) {
  if (errors.length === 0) return null;
  return (
    <Card
      title={t('runs.errors')}
      actions={
        <TextLink to="/failures" className="text-[0.8125rem]">
          {t('runs.allErrors')}
        </TextLink>
      }
    >
      <ul className="-my-2 divide-y divide-line">
        {errors.map(({ id, label, failure }) => (
          <li key={id} className="flex flex-col gap-0.5 py-2">
            <TextLink to="/failures/$id" params={{ id }} className="self-start">
              {label}
            </TextLink>
            <span className="break-words text-bad">{failure.reason}</span>
            <span className="break-words text-ink-muted">{failure.fix}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

import { ArrowRight } from 'lucide-react';
import { t } from '#web/lib/i18n/index.ts';

export interface DiffField {
  /** Where it is in the document: `Line[0].Amount`. */
  readonly path: string;
  /** What people call it, where it has such a name. */
  readonly name?: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Fields with what they were and what they become. */
export function DiffRows({ fields }: { readonly fields: readonly DiffField[] }) {
  return (
    <ul className="divide-y divide-line">
      {fields.map(({ path, name, before, after }) => (
        <li key={path} className="grid gap-x-4 gap-y-0.5 py-1.5 sm:grid-cols-[minmax(8rem,14rem)_1fr]">
          {name === undefined ? (
            <code className="font-mono text-xs leading-5 break-all text-ink-muted">{path}</code>
          ) : (
            <span className="break-words text-ink-muted">{name}</span>
          )}
          <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
            {before !== undefined && (
              <del className="rounded bg-bad-soft px-1 break-all text-bad decoration-bad/50">
                <span className="sr-only">{t('common.before')} </span>
                <Value value={before} />
              </del>
            )}
            {before !== undefined && after !== undefined && (
              <ArrowRight aria-hidden size={14} className="shrink-0 text-ink-muted" />
            )}
            {after !== undefined && (
              <ins className="rounded bg-good-soft px-1 break-all text-good no-underline">
                <span className="sr-only">{t('common.after')} </span>
                <Value value={after} />
              </ins>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

function Value({ value }: { readonly value: unknown }) {
  if (value === null || value === '') return <i>{t('common.empty')}</i>;
  return <>{typeof value === 'string' ? value : JSON.stringify(value)}</>;
}

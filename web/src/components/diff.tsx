import { ArrowRight } from 'lucide-react';
import { inWords, nameOf } from '#web/lib/document.ts';
import { t } from '#web/lib/i18n/index.ts';

export interface DiffField {
  /** Where it is in the document: `Line[0].Amount`. */
  readonly path: string;
  /** What people call it, where that is more than the words of the path. */
  readonly name?: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface DiffRowsProps {
  readonly fields: readonly DiffField[];
  /** For who reads documents as they are written: paths and JSON. */
  readonly isPlain?: boolean;
}

/** Fields with what they were and what they become. */
export function DiffRows({ fields, isPlain = false }: DiffRowsProps) {
  return (
    <ul className="divide-y divide-line">
      {fields.map(({ path, name, before, after }) => (
        <li key={path} className="grid gap-x-4 gap-y-0.5 py-1.5 sm:grid-cols-[minmax(8rem,14rem)_1fr]">
          {isPlain ? (
            <code className="font-mono text-xs leading-5 break-all text-ink-muted">{path}</code>
          ) : (
            <span className="break-words text-ink-muted">{name ?? nameOf(path)}</span>
          )}
          <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
            {before !== undefined && (
              <del className="rounded bg-bad-soft px-1 break-all text-bad decoration-bad/50">
                <span className="sr-only">{t('common.before')} </span>
                <FieldValue value={before} isPlain={isPlain} />
              </del>
            )}
            {before !== undefined && after !== undefined && (
              <ArrowRight aria-hidden size={14} className="shrink-0 text-ink-muted" />
            )}
            {after !== undefined && (
              <ins className="rounded bg-good-soft px-1 break-all text-good no-underline">
                <span className="sr-only">{t('common.after')} </span>
                <FieldValue value={after} isPlain={isPlain} />
              </ins>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

/** What stands in a field of a document, in words. */
export function FieldValue({ value, isPlain = false }: { readonly value: unknown; readonly isPlain?: boolean }) {
  const text = isPlain && typeof value === 'object' && value !== null ? JSON.stringify(value) : inWords(value);
  return text === '' ? <i>{t('common.empty')}</i> : text;
}

import type { LucideIcon } from 'lucide-react';
import { CircleAlert, Inbox, RotateCw, WifiOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from '#web/lib/class-names.ts';
import { t } from '#web/lib/i18n/index.ts';
import { problemOf } from '#web/lib/problem.ts';
import { Button } from './button.tsx';
import { SkeletonLines } from './skeleton.tsx';

export interface EmptyStateProps {
  readonly icon?: LucideIcon;
  readonly title: ReactNode;
  /** What would fill it, and how. */
  readonly hint?: ReactNode;
  readonly action?: ReactNode;
}

export function EmptyState({ icon: Icon = Inbox, title, hint, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center gap-1 px-4 py-10 text-center">
      <Icon aria-hidden size={28} strokeWidth={1.5} className="mb-2 text-ink-muted" />
      <p className="font-medium">{title}</p>
      {hint && <p className="max-w-md text-ink-muted">{hint}</p>}
      {action && <div className="mt-3">{action}</div>}
    </div>
  );
}

export interface ErrorStateProps {
  readonly error: Error;
  readonly onRetry?: (() => void) | undefined;
  /** As a note inside something, instead of in its place. */
  readonly isInline?: boolean;
}

/** What did not work: reason, what to do, faulty fields, and the request id to tell support. */
export function ErrorState({ error, onRetry, isInline = false }: ErrorStateProps) {
  const problem = problemOf(error);
  const Icon = problem.isUnreachable ? WifiOff : CircleAlert;
  return (
    <div
      role="alert"
      className={classNames('flex gap-3 rounded-card bg-bad-soft px-4 py-3', isInline ? 'text-[0.8125rem]' : 'm-4')}
    >
      <Icon aria-hidden size={18} className="mt-0.5 shrink-0 text-bad" />
      <div className="flex min-w-0 flex-col items-start gap-1.5">
        <p className="font-medium text-bad">{problem.title}</p>
        <p className="break-words">{problem.reason}</p>
        {problem.fix && (
          <p className="break-words">
            <span className="font-medium">{t('problem.fix')}</span> {problem.fix}
          </p>
        )}
        {problem.errors.length > 0 && (
          <ul aria-label={t('problem.fields')} className="list-disc pl-4">
            {problem.errors.map(({ path, message }) => (
              <li key={`${path} ${message}`} className="break-words">
                <code className="font-mono text-xs">{path}</code> {message}
              </li>
            ))}
          </ul>
        )}
        {problem.requestId && (
          <p className="text-xs break-all text-ink-muted">
            {t('problem.requestId')} <code className="font-mono">{problem.requestId}</code>
          </p>
        )}
        {onRetry && (
          <Button size="small" icon={RotateCw} onClick={onRetry} className="mt-1">
            {t('common.retry')}
          </Button>
        )}
      </div>
    </div>
  );
}

/** What every read of the API says about itself. */
export interface Loadable<Data> {
  readonly data: Data | undefined;
  readonly error: Error | null;
  readonly refetch: () => unknown;
}

export interface LoadedProps<Data> {
  readonly query: Loadable<Data>;
  /** What stands there until it has come; lines of text unless given. */
  readonly skeleton?: ReactNode;
  readonly children: (data: Data) => ReactNode;
}

/** One of three: what was loaded, that it is on its way, or why it did not come. What is there stays when an update fails. */
export function Loaded<Data>({ query, skeleton, children }: LoadedProps<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return skeleton ?? <SkeletonLines />;
}

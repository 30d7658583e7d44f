import { type ReactNode, useId } from 'react';
import { classNames } from '#web/lib/class-names.ts';

export interface CardProps {
  readonly title?: ReactNode;
  readonly description?: ReactNode;
  /** At the end of the title's line. */
  readonly actions?: ReactNode;
  readonly className?: string;
  /** Without padding, for tables and lists that reach its edges. */
  readonly isFlush?: boolean;
  readonly children: ReactNode;
}

/** A section of a page. */
export function Card({ title, description, actions, className, isFlush = false, children }: CardProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={title ? id : undefined}
      className={classNames('min-w-0 rounded-card border border-line bg-surface shadow-card', className)}
    >
      {(title || actions) && (
        <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 pt-3.5 pb-1">
          <div className="min-w-0">
            {title && (
              <h2 id={id} className="font-semibold">
                {title}
              </h2>
            )}
            {description && <p className="text-xs text-ink-muted">{description}</p>}
          </div>
          {actions}
        </header>
      )}
      <div className={isFlush ? 'mt-2 min-w-0' : 'p-4'}>{children}</div>
    </section>
  );
}

export interface StatProps {
  readonly label: ReactNode;
  readonly value: ReactNode;
  readonly hint?: ReactNode;
  readonly tone?: 'good' | 'warn' | 'bad';
}

const tones = { good: 'text-good', warn: 'text-warn', bad: 'text-bad' } as const;

/** One number and what it is; several stand in a `StatList`. */
export function Stat({ label, value, hint, tone }: StatProps) {
  return (
    <div className="flex min-w-0 flex-col rounded-card border border-line bg-surface px-4 py-3 shadow-card">
      <dt className="text-xs text-ink-muted">{label}</dt>
      <dd
        className={classNames('mt-0.5 text-lg/6 font-semibold break-words tabular sm:text-xl/7', tone && tones[tone])}
      >
        {value}
      </dd>
      {hint && <dd className="mt-0.5 text-xs text-ink-muted">{hint}</dd>}
    </div>
  );
}

export const StatList = ({ children }: { readonly children: ReactNode }) => (
  <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">{children}</dl>
);

export interface DefinitionsProps {
  readonly items: readonly { readonly term: ReactNode; readonly value: ReactNode }[];
}

/** Names and values, one below the other. */
export function Definitions({ items }: DefinitionsProps) {
  return (
    <dl className="grid grid-cols-[minmax(6rem,max-content)_1fr] gap-x-6 gap-y-1.5">
      {items.map(({ term, value }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the items of one call do not move
        <div key={index} className="contents">
          <dt className="text-ink-muted">{term}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

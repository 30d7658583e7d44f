import { type ReactNode, useEffect } from 'react';
import { t } from '#web/lib/i18n/index.ts';

export interface PageProps {
  readonly title: string;
  readonly intro?: ReactNode;
  /** Above the title: where one came from. */
  readonly breadcrumb?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** What every screen is: title, a sentence, actions, and its parts one below the other. It also names the tab. */
export function Page({ title, intro, breadcrumb, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`;
  }, [title]);
  return (
    <div className="mx-auto flex w-full max-w-7xl min-w-0 flex-col gap-5">
      <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          {breadcrumb && <div className="mb-1 text-xs text-ink-muted">{breadcrumb}</div>}
          <h1 className="text-xl font-semibold tracking-tight break-words">{title}</h1>
          {intro && <p className="text-ink-muted">{intro}</p>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

import type { ErrorComponentProps } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { Button, LinkButton } from '#web/components/button.tsx';
import { Card } from '#web/components/card.tsx';
import { Page } from '#web/components/page.tsx';
import { Skeleton } from '#web/components/skeleton.tsx';
import { EmptyState, ErrorState } from '#web/components/states.tsx';
import { t } from '#web/lib/i18n/index.ts';

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <Page title={t('app.notFoundTitle')}>
      <Card>
        <EmptyState
          icon={Compass}
          title={t('app.notFoundHint')}
          action={<LinkButton to="/">{t('app.toOverview')}</LinkButton>}
        />
      </Card>
    </Page>
  );
}

/** A page whose own code failed; the rest of the console goes on. */
export function PageCrashed({ error, reset }: ErrorComponentProps) {
  return (
    <Page title={t('app.crashTitle')}>
      <Card isFlush>
        <ErrorState error={error instanceof Error ? error : new Error(String(error))} onRetry={reset} />
      </Card>
    </Page>
  );
}

/** Until the code of a page has come. */
export function PagePending() {
  return (
    <div role="status" aria-label={t('app.loadingPage')} className="mx-auto flex w-full max-w-7xl flex-col gap-5">
      <Skeleton className="h-8 w-56" />
      <Skeleton className="h-40 w-full" />
      <Skeleton className="h-64 w-full" />
    </div>
  );
}

/** Without its configuration the console cannot ask anybody anything. */
export function StartFailed() {
  return (
    <main className="mx-auto mt-24 max-w-md px-4">
      <h1 className="text-xl font-semibold">{t('app.startFailedTitle')}</h1>
      <p className="mt-2 mb-4 text-ink-muted">{t('app.startFailedHint')}</p>
      <Button onClick={() => window.location.reload()}>{t('app.reload')}</Button>
    </main>
  );
}

import { classNames } from '#web/lib/class-names.ts';
import { t } from '#web/lib/i18n/index.ts';

/** Where something is about to be; give it the size of what comes. */
export function Skeleton({ className }: { readonly className?: string }) {
  return (
    <div
      aria-hidden
      data-pending
      className={classNames('animate-pulse rounded-md bg-line/70', className ?? 'h-4 w-full')}
    />
  );
}

/** Lines of text that are on their way. */
export function SkeletonLines({ lines = 3 }: { readonly lines?: number }) {
  return (
    <div role="status" aria-label={t('common.loading')} className="flex flex-col gap-2.5">
      {Array.from({ length: lines }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they have nothing else
        <Skeleton key={index} className={classNames('h-4', index % 3 === 2 ? 'w-2/3' : 'w-full')} />
      ))}
    </div>
  );
}

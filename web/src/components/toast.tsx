import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { classNames } from '#web/lib/class-names.ts';
import { t } from '#web/lib/i18n/index.ts';
import { problemOf } from '#web/lib/problem.ts';
import { IconButton } from './button.tsx';

interface Shown {
  readonly id: number;
  readonly text: string;
  readonly tone: 'good' | 'bad';
}

/** Long enough to read twice; what asks for something to be done belongs on the page. */
const shownMs = 6000;

let shown: readonly Shown[] = [];
let count = 0;
const listeners = new Set<() => void>();

function change(next: readonly Shown[]): void {
  shown = next;
  for (const listener of listeners) listener();
}

/** Says in passing that something was done: `toast(t('schedules.saved'))`. */
export function toast(text: string, tone: Shown['tone'] = 'good'): void {
  count += 1;
  const id = count;
  change([...shown.slice(-3), { id, text, tone }]);
  setTimeout(() => change(shown.filter((one) => one.id !== id)), shownMs);
}

/** Says that something did not work, and what to do about it. */
export function toastError(error: Error): void {
  const { reason, fix } = problemOf(error);
  toast(fix === undefined ? reason : `${reason} ${fix}`, 'bad');
}

/** Where toasts are shown; once, in the shell. */
export function Toasts() {
  const items = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
  const ref = useRef<HTMLDivElement>(null);
  const newest = items.at(-1)?.id;
  // A popover that is shown anew comes above a dialog that was opened since.
  useEffect(() => {
    if (newest === undefined) return ref.current?.hidePopover();
    ref.current?.hidePopover();
    ref.current?.showPopover();
  }, [newest]);
  return (
    <div
      ref={ref}
      popover="manual"
      role="status"
      aria-label={t('common.notifications')}
      className="inset-auto right-4 bottom-4 m-0 w-[min(24rem,calc(100vw-2rem))] flex-col gap-2 border-0 bg-transparent p-0 text-ink open:flex"
    >
      {items.map(({ id, text, tone }) => (
        <div
          key={id}
          className="flex items-start gap-3 rounded-card border border-line bg-raised px-4 py-3 shadow-float"
        >
          {tone === 'good' ? (
            <CircleCheck aria-hidden size={18} className="mt-px shrink-0 text-good" />
          ) : (
            <CircleAlert aria-hidden size={18} className="mt-px shrink-0 text-bad" />
          )}
          <p className={classNames('min-w-0 flex-1 break-words', tone === 'bad' && 'font-medium')}>{text}</p>
          <IconButton
            icon={X}
            size="small"
            label={t('common.dismiss')}
            className="-my-1 -mr-2"
            onClick={() => change(shown.filter((one) => one.id !== id))}
          />
        </div>
      ))}
    </div>
  );
}

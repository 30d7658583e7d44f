import type { ReactNode, Ref } from 'react';
import { classNames } from '#web/lib/class-names.ts';

export interface ScrollAreaProps {
  /** What is in it, for those who do not see it. */
  readonly label: string;
  readonly className?: string;
  readonly ref?: Ref<HTMLElement>;
  readonly children: ReactNode;
}

/** A part of a page that scrolls by itself: it can be reached and scrolled by keyboard. */
export function ScrollArea({ label, className, ref, children }: ScrollAreaProps) {
  return (
    <section
      ref={ref}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
      tabIndex={0}
      className={classNames('relative min-w-0 overflow-auto -outline-offset-2', className)}
    >
      {children}
    </section>
  );
}

import { createLink } from '@tanstack/react-router';
import { ExternalLink as ExternalIcon } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { classNames } from '#web/lib/class-names.ts';

const look = 'rounded-sm text-accent underline decoration-accent/40 underline-offset-2 hover:decoration-accent';

/** A link in text or in a table, typed by the routes there are. */
export const TextLink = createLink(({ className, ...rest }: ComponentProps<'a'>) => (
  <a {...rest} className={classNames(look, className)} />
));

/** To another site, in a new tab. */
export function ExternalLink({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  return (
    <a href={href} target="_blank" rel="noreferrer" className={classNames(look, 'inline-flex items-center gap-1')}>
      {children}
      <ExternalIcon aria-hidden size={13} />
    </a>
  );
}

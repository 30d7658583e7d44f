import { createLink } from '@tanstack/react-router';
import { LoaderCircle, type LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { classNames } from '#web/lib/class-names.ts';
import { type ControlProps, useWhyDisabled } from './control.ts';
import { Tooltip } from './tooltip.tsx';

const variants = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover border-transparent',
  secondary: 'bg-surface text-ink border-line-strong/60 hover:bg-hover',
  ghost: 'text-ink border-transparent hover:bg-hover',
  danger: 'bg-bad-soft text-bad border-bad/40 hover:border-bad',
} as const;
const sizes = { small: 'h-8 px-2.5 text-[0.8125rem] gap-1.5', medium: 'h-9 px-3.5 gap-2' } as const;
const squares = { small: 'size-8', medium: 'size-9' } as const;
const base =
  'inline-flex shrink-0 items-center justify-center rounded-control border font-medium whitespace-nowrap select-none ' +
  'transition-colors aria-disabled:cursor-not-allowed aria-disabled:opacity-55';

interface Look {
  readonly variant?: keyof typeof variants | undefined;
  readonly size?: keyof typeof sizes | undefined;
  readonly icon?: LucideIcon | undefined;
}

const lookOf = (variant: Look['variant'] = 'secondary', size: Look['size'] = 'medium') =>
  classNames(base, variants[variant], sizes[size]);

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'disabled'>, ControlProps, Look {
  /** Shows that it is at work, and takes no further click. */
  readonly busy?: boolean;
}

/**
 * A button that stays reachable when it is disabled, so that its tooltip can say why. `needs` disables it for roles that may
 * not: `<Button needs="startSync" …>`.
 */
export function Button({
  needs,
  whyDisabled,
  variant,
  size,
  icon,
  busy = false,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  const why = useWhyDisabled({ needs, whyDisabled });
  const isOff = why !== undefined || busy;
  const Icon = busy ? LoaderCircle : icon;
  return (
    <Tooltip text={why}>
      <button
        type="button"
        {...rest}
        aria-disabled={isOff || undefined}
        aria-busy={busy || undefined}
        className={classNames(lookOf(variant, size), className)}
        onClick={(event) => {
          if (isOff) event.preventDefault();
          else onClick?.(event);
        }}
      >
        {Icon && <Icon aria-hidden size={16} className={busy ? 'animate-spin' : undefined} />}
        {children}
      </button>
    </Tooltip>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon'> {
  readonly icon: LucideIcon;
  /** Its name, for the tooltip and for those who do not see it. */
  readonly label: string;
}

export function IconButton({
  icon: Icon,
  label,
  needs,
  whyDisabled,
  variant = 'ghost',
  size = 'medium',
  busy = false,
  className,
  onClick,
  ...rest
}: IconButtonProps) {
  const why = useWhyDisabled({ needs, whyDisabled });
  const isOff = why !== undefined || busy;
  return (
    <Tooltip text={why ?? label}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        aria-disabled={isOff || undefined}
        className={classNames(base, variants[variant], squares[size], className)}
        onClick={(event) => {
          if (isOff) event.preventDefault();
          else onClick?.(event);
        }}
      >
        {busy ? <LoaderCircle aria-hidden size={16} className="animate-spin" /> : <Icon aria-hidden size={16} />}
      </button>
    </Tooltip>
  );
}

/** A link that looks like a button, for what leads to another page: typed by the routes there are. */
export const LinkButton = createLink(
  ({ variant, size, icon: Icon, className, children, ...rest }: ComponentProps<'a'> & Look) => (
    <a {...rest} className={classNames(lookOf(variant, size), className)}>
      {Icon && <Icon aria-hidden size={16} />}
      {children}
    </a>
  ),
);

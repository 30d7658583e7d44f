import type { LucideIcon } from 'lucide-react';
import {
  Ban,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CirclePause,
  Clock,
  LoaderCircle,
  TriangleAlert,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from '#web/lib/class-names.ts';
import { maybe, t } from '#web/lib/i18n/index.ts';

export type Tone = 'neutral' | 'accent' | 'good' | 'warn' | 'bad';

const tones: Readonly<Record<Tone, string>> = {
  neutral: 'bg-sunken text-ink-muted',
  accent: 'bg-accent-soft text-accent',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
};

export interface BadgeProps {
  readonly tone?: Tone;
  readonly icon?: LucideIcon;
  readonly spins?: boolean;
  readonly children: ReactNode;
}

export function Badge({ tone = 'neutral', icon: Icon, spins = false, children }: BadgeProps) {
  return (
    <span
      className={classNames(
        'inline-flex items-center gap-1.5 rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap',
        tones[tone],
      )}
    >
      {Icon && <Icon aria-hidden size={13} className={spins ? 'animate-spin' : undefined} />}
      {children}
    </span>
  );
}

interface Look {
  readonly tone: Tone;
  readonly icon: LucideIcon;
  readonly spins?: boolean;
}

const looks: Readonly<Record<string, Look>> = {
  queued: { tone: 'neutral', icon: Clock },
  running: { tone: 'accent', icon: LoaderCircle, spins: true },
  paused: { tone: 'warn', icon: CirclePause },
  completed: { tone: 'good', icon: CircleCheck },
  failed: { tone: 'bad', icon: CircleAlert },
  cancelled: { tone: 'neutral', icon: Ban },
  connected: { tone: 'good', icon: CircleCheck },
  disconnected: { tone: 'neutral', icon: CircleDashed },
  disabled: { tone: 'neutral', icon: Ban },
  degraded: { tone: 'warn', icon: TriangleAlert },
  reauth_required: { tone: 'bad', icon: CircleAlert },
  error: { tone: 'bad', icon: CircleAlert },
  healthy: { tone: 'good', icon: CircleCheck },
  unhealthy: { tone: 'bad', icon: CircleAlert },
  open: { tone: 'bad', icon: CircleAlert },
  acknowledged: { tone: 'neutral', icon: CircleCheck },
};

/** A status of the API in words, colour and shape: of a run, a connection, a failure. */
export function StatusBadge({ status }: { readonly status: string }) {
  const { tone, icon, spins = false } = looks[status] ?? { tone: 'neutral', icon: CircleDashed };
  return (
    <Badge tone={tone} icon={icon} spins={spins}>
      {maybe('status', status) ?? maybe('health', status) ?? status}
    </Badge>
  );
}

const actionTones: Readonly<Record<string, Tone>> = {
  create: 'good',
  created: 'good',
  update: 'accent',
  updated: 'accent',
  link: 'accent',
  linked: 'accent',
  archive: 'warn',
  conflict: 'warn',
  delete: 'bad',
  deleted: 'bad',
  fail: 'bad',
  failed: 'bad',
};

/** What happens, or happened, to a record. */
export function ActionBadge({ action }: { readonly action: string }) {
  return <Badge tone={actionTones[action] ?? 'neutral'}>{maybe('action', action) ?? action}</Badge>;
}

/** A number that wants to be noticed, beside a name. */
export function CountBadge({ count, tone = 'bad' }: { readonly count: number; readonly tone?: Tone }) {
  if (count === 0) return null;
  return <Badge tone={tone}>{count > 99 ? t('common.moreThan', { count: 99 }) : count}</Badge>;
}

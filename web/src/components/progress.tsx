import { classNames } from '#web/lib/class-names.ts';
import { formatShare } from '#web/lib/format.ts';

export interface ProgressProps {
  readonly label: string;
  /** 0 to 100; null when nobody knows how much there is. */
  readonly percent: number | null;
  readonly tone?: 'accent' | 'good' | 'warn' | 'bad';
}

const tones = { accent: 'bg-accent', good: 'bg-good', warn: 'bg-warn', bad: 'bg-bad' } as const;

export function Progress({ label, percent, tone = 'accent' }: ProgressProps) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent ?? undefined}
      aria-valuetext={percent === null ? undefined : formatShare(percent / 100)}
      className="h-1.5 w-full overflow-hidden rounded-full bg-line"
    >
      <div
        className={classNames(
          'h-full rounded-full transition-[width] duration-500',
          tones[tone],
          percent === null && 'w-1/3 animate-pulse',
        )}
        style={percent === null ? undefined : { width: `${percent}%` }}
      />
    </div>
  );
}

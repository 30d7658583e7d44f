import type { Meter } from '#shared/platform/meter.ts';

type Emitted = Parameters<Meter['emit']>;

/** A meter that keeps what it is told. */
export function keptMeter(): Meter & { readonly emitted: Emitted[]; sum(name: keyof Emitted[0]): number } {
  const emitted: Emitted[] = [];
  return {
    emitted,
    emit: (...point) => void emitted.push(point),
    sum: (name) => emitted.reduce((total, [values]) => total + (values[name] ?? 0), 0),
  };
}

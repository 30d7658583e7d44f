import { type Needs, useDenial } from '#web/lib/auth/index.ts';

/** What every control can be told about when it may be used. */
export interface ControlProps {
  /** The operation it calls, or the role it needs: lower roles see it disabled, with the reason. */
  readonly needs?: Needs | undefined;
  /** Why it cannot be used now, as a sentence for its tooltip. */
  readonly whyDisabled?: string | undefined;
}

/** Why a control cannot be used; undefined when it can. */
export function useWhyDisabled({ needs, whyDisabled }: ControlProps): string | undefined {
  const denial = useDenial(needs);
  return denial ?? whyDisabled;
}

export type FailureState = 'open' | 'acknowledged';

/** The query of the page: open ones are what it is for, and need no word. */
export const queryOf = (state: FailureState, cause?: string | undefined) => ({
  ...(state === 'acknowledged' ? { state } : {}),
  ...(cause === undefined ? {} : { cause }),
});

/**
 * How long a bell for pending changes is held back by its queue, and so how long a burst may be to become one run. The
 * queue and whoever rings agree on it here.
 */
export const bellDelaySeconds = 2;

import { useSyncExternalStore } from 'react';

/** Whether the last call had an answer, of whatever kind. */
let isReachable = true;
const listeners = new Set<() => void>();

function announce(): void {
  for (const listener of listeners) listener();
}

export function reportReachable(reachable: boolean): void {
  if (reachable === isReachable) return;
  isReachable = reachable;
  announce();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('online', announce);
  window.addEventListener('offline', announce);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('online', announce);
    window.removeEventListener('offline', announce);
  };
}

/** False while the browser has no network or calls get no answer. */
export function useIsOnline(): boolean {
  return useSyncExternalStore(subscribe, () => navigator.onLine && isReachable);
}

import { useQuery } from '@tanstack/react-query';
import { apiQuery } from './api.ts';

const useZone = () => useQuery({ ...apiQuery('getMetrics', {}), staleTime: Number.POSITIVE_INFINITY });

/** Time zone of the store, in which business days and times are shown; undefined until it is known. */
export function useStoreZone(): string | undefined {
  return useZone().data?.time_zone;
}

/** Whether it is about to be known: a time shown before would jump. */
export function useIsZoneComing(): boolean {
  return useZone().isLoading;
}

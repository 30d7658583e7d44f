import { useQuery } from '@tanstack/react-query';
import { apiQuery } from './api.ts';

/** Time zone of the store, in which business days and times are shown; undefined until it is known. */
export function useStoreZone(): string | undefined {
  const metrics = useQuery({ ...apiQuery('getMetrics', {}), staleTime: Number.POSITIVE_INFINITY });
  return metrics.data?.time_zone;
}

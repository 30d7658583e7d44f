import { useQuery } from '@tanstack/react-query';
import { apiQuery } from './api.ts';

/** Time zone of the store; that of the browser until it is known. Business days and times are shown in it. */
export function useStoreZone(): string | undefined {
  const metrics = useQuery({ ...apiQuery('getMetrics', {}), staleTime: Number.POSITIVE_INFINITY });
  return metrics.data?.time_zone;
}

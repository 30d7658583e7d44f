import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Scenario } from './scenarios.ts';

interface Armed {
  readonly platform: string;
  readonly hits: number;
  readonly fault: { readonly kind: string; readonly status?: number; readonly times?: number; readonly path?: string };
}

interface LabState {
  readonly books_closed_to: string | null;
  readonly webhooks_lost: boolean;
}

/** Asks this machine, which has no contract: what is broken here is no part of the product. */
async function local<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(path, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(String((answer as { readonly detail?: unknown }).detail ?? response.status));
  return answer as Answer;
}

const faultsKey = ['local', 'faults'];
const stateKey = ['local', 'lab'];

/** What is armed now. */
export function useLab() {
  const faults = useQuery({
    queryKey: faultsKey,
    queryFn: () => local<{ readonly items: readonly Armed[] }>('GET', '/local/faults'),
    refetchInterval: 1500,
  });
  const state = useQuery({
    queryKey: stateKey,
    queryFn: () => local<LabState>('GET', '/local/lab'),
    refetchInterval: 1500,
  });
  return { faults, state };
}

/** Arms a scenario, makes everything well again, places an order. */
export function useLabActions({ onPlaced }: { readonly onPlaced: (order: { readonly id: number }) => void }) {
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: ['local'] });
  const arm = useMutation({
    mutationFn: async ({ faults = [], lab }: Scenario) => {
      for (const fault of faults) await local('POST', '/local/faults', fault);
      if (lab) await local('PUT', '/local/lab', lab);
    },
    onSettled,
  });
  const clear = useMutation({
    mutationFn: async () => {
      await local('DELETE', '/local/faults');
      await local('PUT', '/local/lab', { books_closed_to: null, webhooks_lost: false });
    },
    onSettled,
  });
  const order = useMutation({
    mutationFn: () => local<{ readonly id: number }>('POST', '/local/lab/orders'),
    onSuccess: onPlaced,
  });
  return { arm, clear, order };
}

import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { toast } from '#web/components/toast.tsx';
import { api, SyncProblem, useApi } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';

/**
 * `waiting`: for what the person does in the other window. `blocked`: the browser did not open one. `closed`: it was closed,
 * with or without an end.
 */
type Phase = 'idle' | 'opening' | 'waiting' | 'blocked' | 'closed';

const askMs = 1500;
const watchMs = 500;

export interface SignIn {
  readonly phase: Phase;
  readonly error: Error | null;
  /** In a window of its own. Call it in a click: browsers open no window otherwise. */
  readonly open: () => void;
  /** In this tab; the page at the end leads back. */
  readonly openHere: () => void;
  readonly stop: () => void;
}

/**
 * Signing in at a platform. That page is of another site and tells us nothing, so the connection is asked until it is a new
 * one. A window that looks closed may be there all the same (a site can cut the tie to it): asking goes on.
 */
export function useSignIn(platform: string, onDone: () => void): SignIn {
  const [phase, setPhase] = useState<Phase>('idle');
  const [error, setError] = useState<Error | null>(null);
  const popup = useRef<Window | null>(null);
  const before = useRef<string | undefined>(undefined);
  const queries = useQueryClient();
  const isWaiting = phase === 'waiting' || phase === 'closed';
  const connection = useApi('getConnection', { platform }, isWaiting ? { every: askMs } : {});
  const { status, connected_at, display_name } = connection.data ?? {};

  useEffect(() => {
    if (!isWaiting || status !== 'connected' || connected_at === before.current) return;
    popup.current?.close();
    setPhase('idle');
    toast(t('connections.connectedTo', { name: display_name ?? '' }));
    void queries.invalidateQueries();
    onDone();
  }, [isWaiting, status, connected_at, display_name, queries, onDone]);

  useEffect(() => {
    if (phase !== 'waiting') return;
    const timer = setInterval(() => {
      if (popup.current?.closed) setPhase('closed');
    }, watchMs);
    return () => clearInterval(timer);
  }, [phase]);

  const begin = async (go: (url: string) => void, input: { readonly return_to?: string } = {}) => {
    setError(null);
    before.current = connected_at;
    try {
      go((await addressFor(input)).url);
    } catch (cause) {
      popup.current?.close();
      setPhase('idle');
      setError(cause instanceof Error ? cause : new Error(String(cause)));
    }
  };
  return {
    phase,
    error,
    open: () => {
      popup.current = window.open('', 'easysale-sign-in', 'popup,width=760,height=820');
      if (!popup.current) return setPhase('blocked');
      setPhase('opening');
      void begin((url) => {
        popup.current?.location.replace(url);
        setPhase('waiting');
      });
    },
    openHere: () => {
      setPhase('opening');
      const address = `${window.location.origin}${window.location.pathname}?back=true`;
      void begin((url) => window.location.assign(url), { return_to: address });
    },
    stop: () => {
      popup.current?.close();
      setPhase('idle');
    },
  };
}

/** Where the API does not know this origin, one finds the way back alone. */
async function addressFor(input: { readonly return_to?: string }) {
  try {
    return await api.getQuickBooksAuthUrl(input);
  } catch (cause) {
    const isForeign = cause instanceof SyncProblem && cause.errors.some(({ path }) => path === 'return_to');
    if (!isForeign) throw cause;
    return api.getQuickBooksAuthUrl({});
  }
}

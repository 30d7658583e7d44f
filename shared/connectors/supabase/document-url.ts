import type { Connector } from '../connector.ts';

/** The table editor of the project; its tables go by numbers that only the dashboard knows. */
export const documentUrl: NonNullable<Connector['documentUrl']> = (_entity, _id, profile) => {
  const [, ref] = /^https:\/\/([a-z0-9]+)\.supabase\.co\b/.exec(String(profile.project_url ?? '')) ?? [];
  return ref === undefined ? undefined : `https://supabase.com/dashboard/project/${ref}/editor`;
};

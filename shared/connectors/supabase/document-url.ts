import type { Connector, Profile } from '../connector.ts';

/** The table editor of the project; its tables go by numbers that only the dashboard knows. */
export const documentUrl: NonNullable<Connector['documentUrl']> = (_entity, _id, profile) => {
  const project = dashboardUrl(profile);
  return project && `${project}/editor`;
};

/** Where the owner runs SQL. */
export function sqlEditorUrl(profile: Profile): string | undefined {
  const project = dashboardUrl(profile);
  return project && `${project}/sql/new`;
}

/** Undefined for projects under a domain of their own. */
function dashboardUrl(profile: Profile): string | undefined {
  const [, ref] = /^https:\/\/([a-z0-9]+)\.supabase\.co\b/.exec(String(profile.project_url ?? '')) ?? [];
  return ref === undefined ? undefined : `https://supabase.com/dashboard/project/${ref}`;
}

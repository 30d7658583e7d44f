import type { ConsoleConfig } from '#shared/api/console-config.ts';

export type { ConsoleConfig, LocalSignIn, OidcSignIn } from '#shared/api/console-config.ts';
export { signedInPath } from '#shared/api/console-config.ts';

let config: ConsoleConfig | undefined;

/** Read once, before anything is shown. */
export async function loadConfig(): Promise<ConsoleConfig> {
  const response = await fetch('/config.json', { cache: 'no-cache' });
  if (!response.ok) throw new Error(`/config.json: ${response.status}`);
  config = (await response.json()) as ConsoleConfig;
  return config;
}

export function getConfig(): ConsoleConfig {
  if (!config) throw new Error('the configuration is not loaded yet');
  return config;
}

/** Characters that must stay hidden for the rest to be shown. */
const leastHidden = 8;

/** `ck_…9f3a`: prefix of the kind and the last four; a short secret is masked wholly. */
export function mask(secret: string): string {
  const prefix = /^(?:[a-z]{2,8}_){1,2}/.exec(secret)?.[0] ?? '';
  return secret.length - prefix.length - 4 < leastHidden ? '…' : `${prefix}…${secret.slice(-4)}`;
}

export function maskAll(secrets: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, mask(value)]));
}

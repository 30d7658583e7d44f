/** What came of a sign-in. */
export interface SignInResult {
  readonly connected: boolean;
  readonly code: string;
  readonly message: string;
}

/** The address of this page holds a code: nothing may be loaded from elsewhere, framed, or told where it came from. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
};

const style = `
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center }
  main { max-width: 26rem; padding: 2rem }
  h1 { font-size: 1.375rem; margin: 0 0 .5rem }
  p { margin: 0 0 1rem }
`;

const link = (address: string): string => `<p><a href="${escaped(address)}">Back to EasySale Sync</a></p>`;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** A page without script: it tells the result and can be closed, or leads back to where the person came from. */
export function page({ connected, message }: SignInResult, returnTo?: string): string {
  const title = connected ? 'Connected' : 'Not connected';
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${style}</style></head>
<body><main><h1>${title}</h1><p>${escaped(message)}</p>${returnTo === undefined ? '' : link(returnTo)}</main></body>
</html>
`;
}

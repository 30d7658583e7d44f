import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import type { HttpRequest } from '#local/cloud/http-api/event.ts';
import type { HttpAnswer } from '#local/cloud/http-api/response.ts';
import { type ConsoleConfig, cacheOf, consoleFiles, consoleHeaders } from '#shared/api/console-config.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Addresses that are somebody else's. */
const foreign = /^\/(api|local)([/?]|$)/;

const isFile = new RegExp(consoleFiles);

/**
 * Serves the built console as CloudFront does when it is deployed: files by their names, `index.html` for every address that
 * is a page of it, the same headers, its configuration. Answers undefined for what is none of its business.
 */
export function createConsole({ folder, config }: { readonly folder: string; readonly config: ConsoleConfig }) {
  const { auth } = config;
  const headers = consoleHeaders({ connect: auth.kind === 'oidc' ? [new URL(auth.authority).origin] : [] });
  const answer = (path: string, body: Buffer | string, name = path): HttpAnswer => ({
    status: 200,
    headers: {
      ...headers,
      'content-type': types[extname(name)] ?? 'application/octet-stream',
      'cache-control': cacheOf(path),
    },
    body,
  });
  return async ({ method, target }: HttpRequest): Promise<HttpAnswer | undefined> => {
    // As it was sent: what is written into an address of the API does not lead out of it.
    if ((method !== 'GET' && method !== 'HEAD') || foreign.test(target)) return undefined;
    const path = pathOf(target);
    if (path === undefined || foreign.test(path)) return undefined;
    if (path === '/config.json') return answer(path, JSON.stringify(config));
    const file = path === '/' ? undefined : await read(join(folder, path));
    if (file) return answer(path, file);
    // A file that is gone must not become a page: its browser would read HTML as code.
    if (isFile.test(path)) return undefined;
    const index = await read(join(folder, 'index.html'));
    return index && answer(path, index, 'index.html');
  };
}

/** Decoded, without a way out of the folder; undefined for what cannot be decoded. */
function pathOf(target: string): string | undefined {
  try {
    const path = normalize(decodeURIComponent(target.split('?')[0] ?? '/'));
    return path.includes('\0') || path.startsWith('..') || path.includes('/.') ? undefined : path;
  } catch {
    return undefined;
  }
}

const read = (file: string): Promise<Buffer | undefined> => readFile(file).catch(() => undefined);

import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };

/**
 * Who may import whom. A file belongs to the first layer whose pattern fits; it may import its own layer's group and what
 * the layer lists. `$1` in a pattern of `may` stands for the first group of the layer's own match.
 */
interface Layer {
  readonly name: string;
  readonly files: RegExp;
  readonly may: readonly string[];
  /** Packages of these prefixes are for this layer; everybody else is refused them. */
  readonly aws?: boolean;
  /** Uses no packages and nothing of Node: it runs wherever there is `fetch`. */
  readonly standalone?: boolean;
  /** Uses packages, but nothing of Node. */
  readonly browser?: boolean;
}

/** What connectors and those who use them share: a file for each role. */
const connectorInterface = '^shared/connectors/(?!registry)[^/]+\\.ts$';

const layers: readonly Layer[] = [
  { name: 'core', files: /^shared\/core\//, may: ['^shared/core/'] },
  { name: 'model', files: /^shared\/model\//, may: ['^shared/(core|model)/'] },
  { name: 'mapping', files: /^shared\/mapping\//, may: ['^shared/(core|model|mapping)/'] },
  { name: 'api', files: /^shared\/api\//, may: ['^shared/(core|model|api)/', '^shared/sync/routes?'] },
  { name: 'env', files: /^shared\/env\//, may: ['^shared/(core|env)/'] },
  {
    name: 'connector interface',
    files: new RegExp(connectorInterface),
    may: ['^shared/(core|model)/', connectorInterface, '^shared/platform/(http-client|rate-limiter)\\.ts$'],
  },
  { name: 'registry', files: /^shared\/connectors\/registry\.ts$/, may: ['^shared/connectors/[^/]+(/index)?\\.ts$'] },
  {
    name: 'connector',
    files: /^shared\/connectors\/([^/]+)\//,
    may: [
      '^shared/(core|model)/',
      connectorInterface,
      '^shared/connectors/$1/',
      '^shared/platform/(http-client|rate-limiter)\\.ts$',
    ],
  },
  {
    name: 'sync',
    files: /^shared\/sync\//,
    may: ['^shared/(core|model|mapping|sync)/', connectorInterface, '^shared/platform/(rate-limiter|redaction)\\.ts$'],
  },
  {
    name: 'reconciliation',
    files: /^shared\/reconciliation\//,
    may: [
      '^shared/(core|model|mapping|files|reconciliation)/',
      connectorInterface,
      '^shared/jobs/(job-kind|ports|start-job)\\.ts$',
      '^shared/sync/(failure-identity|ports|routes|store-zone)\\.ts$',
    ],
  },
  {
    name: 'mapping editor',
    files: /^shared\/mapping-editor\//,
    may: [
      '^shared/(core|model|mapping|mapping-editor)/',
      connectorInterface,
      '^shared/jobs/(job-kind|ports|start-job)\\.ts$',
      '^shared/sync/(ports|references|routes|route-table|scopes|work)\\.ts$',
    ],
  },
  {
    name: 'jobs',
    files: /^shared\/jobs\//,
    may: ['^shared/(core|model|jobs|history|files|reconciliation|mapping-editor)/', '^shared/sync/ports\\.ts$'],
  },
  {
    name: 'files',
    files: /^shared\/files\//,
    may: ['^shared/(core|files)/'],
  },
  {
    name: 'history',
    files: /^shared\/history\//,
    may: [
      '^shared/(core|model|files|history)/',
      '^shared/api/history\\.ts$',
      '^shared/jobs/(job-kind|ports)\\.ts$',
      '^shared/sync/read-history\\.ts$',
    ],
  },
  {
    name: 'data',
    files: /^shared\/data\//,
    may: [
      '^shared/(core|model|data)/',
      '^shared/(sync|jobs|reconciliation|mapping-editor|schedules)/ports\\.ts$',
      '^shared/platform/rate-limiter\\.ts$',
    ],
    aws: true,
  },
  {
    name: 'platform',
    files: /^shared\/platform\//,
    may: [
      '^shared/(core|model|platform)/',
      '^shared/(sync|jobs|reconciliation|schedules)/ports\\.ts$',
      connectorInterface,
    ],
    aws: true,
  },
  {
    name: 'http',
    files: /^shared\/http\//,
    may: ['^shared/(core|model|api|http)/', '^shared/platform/(log-context|logger|meter|redaction|trace)\\.ts$'],
  },
  {
    name: 'webhooks',
    files: /^shared\/webhooks\//,
    may: [
      '^shared/(core|model|data|connections|webhooks)/',
      connectorInterface,
      '^shared/platform/logger\\.ts$',
      '^shared/sync/(pending-changes|ports)\\.ts$',
    ],
  },
  {
    name: 'connections',
    files: /^shared\/connections\//,
    may: [
      '^shared/(core|model|data|env|platform|connections)/',
      '^shared/connectors/[^/]+\\.ts$',
      '^shared/(sync|reconciliation|mapping-editor)/ports\\.ts$',
      '^shared/sync/store-zone\\.ts$',
    ],
  },
  {
    name: 'notifications',
    files: /^shared\/notifications\//,
    may: ['^shared/(core|model|data|platform|notifications)/', '^shared/connections/lock\\.ts$'],
  },
  {
    name: 'pos',
    files: /^shared\/pos\//,
    may: ['^shared/(core|model|data|pos)/', '^shared/http/read-request\\.ts$'],
  },
  {
    name: 'schedules',
    files: /^shared\/schedules\//,
    may: ['^shared/(core|model|schedules)/', '^shared/sync/(ports|routes|route-table|start-run|store-zone)\\.ts$'],
  },
  {
    name: 'stock',
    files: /^shared\/stock\//,
    may: [
      '^shared/(core|model|data|stock)/',
      connectorInterface,
      '^shared/connections/(deps|enabled|hand-on-limiters|open-connection)\\.ts$',
    ],
  },
  {
    name: 'insights',
    files: /^shared\/insights\//,
    may: [
      '^shared/(core|model|data|insights)/',
      connectorInterface,
      '^shared/sync/(failure-identity|ports|routes|route-table|store-zone)\\.ts$',
      '^shared/platform/rate-limiter\\.ts$',
    ],
  },
  { name: 'function', files: /^functions\/(api\/[^/]+|[^/]+)\//, may: ['^shared/', '^functions/$1/'], aws: true },
  { name: 'infrastructure', files: /^(lib|bin)\//, may: ['^(lib|bin)/', '^shared/(api|core|env)/'] },
  { name: 'client', files: /^client\//, may: ['^client/'], standalone: true },
  // The console: features know the kit and the library, never each other; the app knows of a feature what it exports.
  {
    name: 'console library',
    files: /^web\/src\/lib\//,
    may: ['^web/src/lib/', '^client/src/', '^shared/core/', '^shared/api/console-config\\.ts$'],
    browser: true,
  },
  {
    name: 'console components',
    files: /^web\/src\/components\//,
    may: ['^web/src/(components|lib)/', '^client/src/', '^shared/core/'],
    browser: true,
  },
  {
    name: 'console feature',
    files: /^web\/src\/features\/([^/]+)\//,
    may: ['^web/src/(components|lib)/', '^web/src/features/$1/', '^client/src/', '^shared/core/'],
    browser: true,
  },
  {
    name: 'console app',
    files: /^web\/src\/app\//,
    may: [
      '^web/src/(app|components|lib)/',
      '^web/src/features/[^/]+/index\\.ts$',
      '^client/src/',
      '^web/src/styles\\.css$',
    ],
    browser: true,
  },
  {
    name: 'console gallery',
    files: /^web\/gallery\//,
    may: ['^web/src/(components|lib)/', '^client/src/', '^web/src/styles\\.css$'],
    browser: true,
  },
  { name: 'console build', files: /^web\/vite\.config\.ts$/, may: [] },
  { name: 'scripts', files: /^scripts\//, may: ['^(scripts|lib)/', '^shared/', '^package\\.json$'] },
  // The platforms are simulated from the outside: what the product believes of them must not leak into their stand-ins.
  {
    name: 'platform simulators',
    files: /^local\/platforms\//,
    may: ['^local/platforms/', '^shared/core/', '^shared/connectors/supabase/migrations/'],
  },
  {
    name: 'embedded cloud',
    files: /^local\/cloud\//,
    may: ['^local/cloud/', '^(lib|scripts)/', '^shared/core/'],
    aws: true,
  },
  { name: 'local', files: /^local\//, may: ['^local/', '^(lib|scripts)/', '^shared/'], aws: true },
  { name: 'test', files: /^(test\/|vitest\.config)/, may: ['.*'], aws: true },
];

const aliases: Readonly<Record<string, string>> = packageJson.imports;

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g;

/** Violations in one file's text, as sentences. */
export function violations(file: string, text: string): string[] {
  const layer = layers.find(({ files }) => files.test(file));
  if (!layer) return [`${file}: belongs to no layer; name one in scripts/boundaries.ts`];
  const own = layer.files.exec(file)?.[1] ?? '';
  const allowed = layer.may.map((pattern) => new RegExp(pattern.replaceAll('$1', own)));
  const found: string[] = [];
  for (const match of text.matchAll(importPattern)) {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    if (specifier.startsWith('@aws-sdk/') && !layer.aws) found.push(`${file}: ${layer.name} may not use ${specifier}`);
    if (layer.standalone && !/^[.#]/.test(specifier)) found.push(`${file}: ${layer.name} may not use ${specifier}`);
    if (layer.browser && specifier.startsWith('node:')) found.push(`${file}: ${layer.name} may not use ${specifier}`);
    const target = ourFile(file, specifier);
    if (target !== undefined && !allowed.some((pattern) => pattern.test(target))) {
      found.push(`${file}: ${layer.name} may not import ${target}`);
    }
  }
  return found;
}

function ourFile(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return ourAlias(specifier);
  if (!specifier.startsWith('.')) return undefined;
  return relative(process.cwd(), resolve(process.cwd(), dirname(file), specifier)).replaceAll('\\', '/');
}

/** `#web/lib/api.ts` is where package.json says it is. */
function ourAlias(specifier: string): string {
  const [name = '', ...rest] = specifier.split('/');
  return `${aliases[`${name}/*`]?.slice(2, -1) ?? `${name}/`}${rest.join('/')}`;
}

/** Violations of the whole repository below `root`. */
export async function checkRepository(root: string): Promise<string[]> {
  const folders = ['bin', 'client', 'lib', 'functions', 'shared', 'local', 'scripts', 'test', 'web'];
  const found: string[] = [];
  for (const folder of folders) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (!entry.isFile() || !/\.m?tsx?$/.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      found.push(...violations(relative(root, path).replaceAll('\\', '/'), await readFile(path, 'utf8')));
    }
  }
  return found;
}

if (import.meta.main) {
  const found = await checkRepository(process.cwd());
  for (const line of found) console.error(line);
  if (found.length > 0) process.exitCode = 1;
  else console.log('boundaries hold');
}

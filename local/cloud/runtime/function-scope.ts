import { AsyncLocalStorage } from 'node:async_hooks';
import { format } from 'node:util';

/** What belongs to the function that is running in the current asynchronous context. */
interface Scope {
  readonly environment: Record<string, string>;
  readonly write: (stream: 'stdout' | 'stderr', text: string) => void;
}

const scopes = new AsyncLocalStorage<Scope>();
let installed = false;

/**
 * Runs code of a function in this thread as if the process were its own: inside, `process.env` is the function's
 * environment and what it prints goes to its log. Outside nothing changes.
 */
export function runInScope<T>(scope: Scope, run: () => T): T {
  if (!installed) install();
  return scopes.run(scope, run);
}

function install(): void {
  installed = true;
  const own = process.env;
  const current = (): NodeJS.ProcessEnv => scopes.getStore()?.environment ?? own;
  process.env = new Proxy(own, {
    get: (_target, key) => Reflect.get(current(), key),
    set: (_target, key, value) => Reflect.set(current(), key, String(value)),
    has: (_target, key) => Reflect.has(current(), key),
    deleteProperty: (_target, key) => Reflect.deleteProperty(current(), key),
    ownKeys: () => Reflect.ownKeys(current()),
    getOwnPropertyDescriptor: (_target, key) => {
      const descriptor = Reflect.getOwnPropertyDescriptor(current(), key);
      // A proxy may only report what could be taken away again.
      return descriptor && { ...descriptor, configurable: true };
    },
  });
  for (const stream of ['stdout', 'stderr'] as const) redirect(stream);
  for (const method of ['log', 'info', 'debug'] as const) redirectConsole(method, 'stdout');
  for (const method of ['warn', 'error'] as const) redirectConsole(method, 'stderr');
}

function redirect(stream: 'stdout' | 'stderr'): void {
  const target = process[stream];
  const write = target.write.bind(target) as (...args: unknown[]) => boolean;
  const scoped = (...args: unknown[]): boolean => {
    const scope = scopes.getStore();
    if (!scope) return write(...args);
    scope.write(stream, String(args[0]));
    return true;
  };
  target.write = scoped as typeof target.write;
}

/** A test runner may have put a console of its own in place, which does not write to the process's streams. */
function redirectConsole(method: 'log' | 'info' | 'debug' | 'warn' | 'error', stream: 'stdout' | 'stderr'): void {
  const print = console[method].bind(console);
  console[method] = (...args: unknown[]) => {
    const scope = scopes.getStore();
    if (scope) scope.write(stream, `${format(...args)}\n`);
    else print(...args);
  };
}

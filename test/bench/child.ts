import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

type Reply<T> = { readonly ok: T } | { readonly error: string };

/** A process of ours that was given one message and answers with one. */
export interface Child<T> {
  readonly answer: T;
  /** Lets it go and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * Runs a module of this folder in a process of its own. @throws Error with what it says when it fails.
 *
 * @param nodeFlags for instance `--cpu-prof`.
 */
export async function startChild<T>(module: string, message: object, nodeFlags: readonly string[] = []): Promise<Child<T>> {
  const child = fork(fileURLToPath(new URL(module, import.meta.url)), {
    execArgv: ['--disable-warning=ExperimentalWarning', ...nodeFlags],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const reply = await firstReply<T>(child, message, module);
  const stop = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    await exited;
  };
  if ('ok' in reply) return { answer: reply.ok, stop };
  await stop();
  throw new Error(`${module}: ${reply.error}`);
}

function firstReply<T>(child: ChildProcess, message: object, module: string): Promise<Reply<T>> {
  return new Promise((resolve, reject) => {
    child.once('message', (reply) => resolve(reply as Reply<T>));
    child.once('exit', (code) => reject(new Error(`${module} ended with ${code}`)));
    child.once('error', reject);
    child.send(message);
  });
}

/** Runs a module that does one task and ends. */
export async function runChild<T>(module: string, task: object, nodeFlags?: readonly string[]): Promise<T> {
  const child = await startChild<T>(module, task, nodeFlags);
  await child.stop();
  return child.answer;
}

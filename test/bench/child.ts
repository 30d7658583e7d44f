import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

type Reply<T> = { readonly ok: T } | { readonly error: string };

/** A process of ours that was given one message and answers with one. */
export interface Child<T> {
  readonly answer: T;
  /** Lets it go and waits until it is gone. */
  stop(): Promise<void>;
}

/** Runs a module in a process of its own. @throws Error with what it says when it fails. */
export async function startChild<T>(module: URL, message: object): Promise<Child<T>> {
  const child = fork(fileURLToPath(module), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const reply = await firstReply<T>(child, message);
  const stop = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    await exited;
  };
  if ('ok' in reply) return { answer: reply.ok, stop };
  await stop();
  throw new Error(reply.error);
}

function firstReply<T>(child: ChildProcess, message: object): Promise<Reply<T>> {
  return new Promise((resolve, reject) => {
    child.once('message', (reply) => resolve(reply as Reply<T>));
    child.once('exit', (code) => reject(new Error(`${child.spawnfile} ended with ${code}`)));
    child.once('error', reject);
    child.send(message);
  });
}

/** Runs a module that does one task and ends. */
export async function runChild<T>(module: URL, task: object): Promise<T> {
  const child = await startChild<T>(module, task);
  await child.stop();
  return child.answer;
}

/** Well below what the gateway allows, after what connecting itself takes. */
const patienceMs = 8000;

/** What comes of the work, or undefined when it takes too long or fails: the caller goes on without it. */
export async function patiently<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, patienceMs, undefined);
  });
  try {
    return await Promise.race([work.catch(() => undefined), limit]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Fetches a file from where the API has put it. The browser takes it itself, so nothing of it is held by the page. Answers what
 * went wrong when there is no such place.
 */
export async function download(find: () => Promise<{ readonly url: string }>): Promise<Error | undefined> {
  try {
    location.assign((await find()).url);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

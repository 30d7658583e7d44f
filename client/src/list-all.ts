import type { CallOptions, Page } from './call.ts';

/** What `listAll` sets itself, and `page`, which cannot go together with a cursor. */
type Position = 'cursor' | 'page';

/**
 * Every item of a list, page after page, each page asked for when it is needed:
 *
 * `for await (const failure of listAll(client.listFailures, { state: 'open' })) …`
 */
export async function* listAll<Input extends { readonly cursor?: string | undefined } | undefined, Item>(
  list: (input: Input, options?: CallOptions) => Promise<Page<Item>>,
  input: Omit<NonNullable<Input>, Position>,
  options: CallOptions = {},
): AsyncGenerator<Item, void, undefined> {
  let cursor: string | null | undefined;
  do {
    // The compiler cannot know that an input without its position, and a position, are an input.
    const page: Page<Item> = await list({ ...input, ...(cursor ? { cursor } : {}) } as Input, options);
    yield* page.items;
    cursor = page.next_cursor;
  } while (cursor !== null);
}

import * as z from 'zod';

/** Items that `page` × `per_page` may reach to; beyond it a list is walked by `cursor`. */
export const pagedReach = 2000;

const size = z.coerce.number().int().min(1).max(100);

/** Query members of every list. `page`/`per_page` are there for clients that count pages. */
export const pagingQuery = {
  limit: size.optional().meta({ description: 'Items per page, at most 100. Default 50.' }),
  cursor: z.string().max(2000).optional().meta({ description: '`next_cursor` of the page before.' }),
  page: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .meta({ description: `Page number from 1, instead of a cursor; page × per_page is at most ${pagedReach}.` }),
  per_page: size.optional().meta({ description: 'The same as limit.' }),
};

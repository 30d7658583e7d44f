import * as z from 'zod';

/** RFC 9457 with our members. */
export const problemSchema = z
  .looseObject({
    type: z.string().meta({ description: 'URI reference that names the kind of problem' }),
    title: z.string(),
    status: z.number().int(),
    code: z.string().meta({ description: 'Stable code for programs' }),
    detail: z.string().meta({ description: 'What happened and what to do, for people' }),
    errors: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })),
    request_id: z.string(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;

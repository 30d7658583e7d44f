import type { Failure } from '../../core/failure.ts';

/** Where the statements are that a project lacks. */
export const getTheSql =
  'Copy the SQL from the set-up of the connection (GET /api/integrations/supabase/setup) and run it in the SQL editor of the project.';

/** What to do where tables, columns or rights are missing. */
export const applySql = `${getTheSql} Then test the connection.`;

export function noKey(table: string): Failure {
  return {
    category: 'not_found',
    code: 'supabase.schema_missing',
    reason: `Table ${table} has lost its key: rows would be doubled.`,
    fix: applySql,
    retryable: false,
  };
}

export function schemaMissing(reason: string): Failure {
  return { category: 'not_found', code: 'supabase.schema_missing', reason, fix: applySql, retryable: false };
}

export const projectReadOnly: Failure = {
  category: 'network',
  code: 'supabase.project_read_only',
  platform_code: '25006',
  reason: 'The Supabase project is in read-only mode: its disk is full.',
  fix: 'Free or buy disk space in the Supabase dashboard; the sync resumes by itself.',
  retryable: true,
};

export const readOnly: Failure = {
  category: 'conflict',
  code: 'supabase.read_only',
  reason: 'The connection to Supabase is set to read-only: nothing is written to it.',
  fix: 'Switch “Write nothing” off in the settings of Supabase, then sync again.',
  retryable: false,
};

export const unreadable: Failure = {
  category: 'validation',
  code: 'supabase.unexpected_answer',
  reason: 'What answers at this address is not the Data API of a Supabase project.',
  fix: 'Enter the address of the project as its settings show it: https://<ref>.supabase.co',
  retryable: false,
};

/** Postgres lets the role anon through to be refused there: the key is valid and not secret. */
export const keyNotSecret: Failure = {
  category: 'authentication',
  code: 'supabase.key_not_secret',
  reason: 'This key may read and write nothing: it is not a secret key.',
  fix: 'Connect again with the secret key of the project (sb_secret_…, project settings, API keys).',
  retryable: false,
};

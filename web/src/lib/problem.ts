import { SyncProblem } from './api.ts';
import { t } from './i18n/index.ts';

/** A problem as people read it. */
export interface Problem {
  readonly title: string;
  readonly reason: string;
  readonly fix: string | undefined;
  readonly errors: SyncProblem['errors'];
  readonly requestId: string | undefined;
  readonly isUnreachable: boolean;
}

/** What did not work, in words: those of the API, or ours where it had none. */
export function problemOf(error: Error): Problem {
  const nothing = { fix: undefined, errors: [], requestId: undefined, isUnreachable: false };
  if (!(error instanceof SyncProblem)) {
    return { ...nothing, title: t('problem.title'), reason: t('problem.unexpected') };
  }
  if (error.code === 'client.unreachable') {
    return { ...nothing, title: t('problem.unreachableTitle'), reason: t('problem.unreachable'), isUnreachable: true };
  }
  if (error.code === 'client.unexpected_answer') {
    return { ...nothing, title: t('problem.title'), reason: t('problem.broken'), fix: t('problem.brokenFix') };
  }
  const { title, detail, errors, requestId, members } = error;
  const fix = typeof members.fix === 'string' ? members.fix : undefined;
  return { title, reason: detail, fix, errors, requestId, isUnreachable: false };
}

import type * as z from 'zod';
import * as contract from '#shared/api/reconciliation.ts';
import { instant } from '#shared/core/clock.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { readPage } from '#shared/http/paging.ts';
import { ProblemError } from '#shared/http/problem.ts';
import type { ClosedMonth } from '#shared/model/month.ts';
import { readCertificate, verifyCertificate as verify } from '#shared/reconciliation/certificate.ts';
import type { ReconciliationApiDeps } from './deps.ts';
import { noReport } from './reports.ts';

export const linkSeconds = 15 * 60;

const notClosed = (month: string) => new ProblemError('month.not_found', `${month} is not closed.`);

export const closeMonth = endpoint(
  contract.closeMonth,
  async (
    { params: { month }, body, caller: { tenantId, userId } },
    { close }: Pick<ReconciliationApiDeps, 'close'>,
  ) => {
    const { report_id: reportId, accept_differences: acceptDifferences, note } = body;
    const outcome = await close({ tenantId, month, reportId, acceptDifferences, note, closedBy: userId });
    switch (outcome.kind) {
      case 'no_report':
        throw noReport(reportId);
      case 'refused':
        throw new ProblemError('month.not_closable', outcome.reasons.join(' '), {
          members: { reasons: outcome.reasons },
        });
      case 'closed_before':
        throw new ProblemError('month.closed', `${month} is closed already, from another report.`, {
          members: { report_id: outcome.month.report_id },
        });
      case 'repeated':
        return answer(200, monthView(outcome.month));
      case 'closed':
        return answer(200, monthView(outcome.month), { after: monthView(outcome.month) });
    }
  },
);

export const listMonths = endpoint(
  contract.listMonths,
  async ({ query, caller: { tenantId } }, { months }: Pick<ReconciliationApiDeps, 'months'>) => {
    const page = await readPage(query, [tenantId, 'months'], async (limit, after) => {
      const slice = await months.list(tenantId, { limit, after });
      return { items: slice.months.map(monthView), next: slice.next };
    });
    return answer(200, page);
  },
);

export const getCertificate = endpoint(
  contract.getCertificate,
  async (
    { params: { month }, query: { format }, caller: { tenantId } },
    { months, certificates, clock }: Pick<ReconciliationApiDeps, 'months' | 'certificates' | 'clock'>,
  ) => {
    const closed = await months.find(tenantId, month);
    if (!closed) throw notClosed(month);
    const fileName = `certificate-${month}.${format}`;
    const url = await certificates.links.link({ key: closed.files[format], fileName, seconds: linkSeconds });
    const url_expires_at = instant(clock.now() + linkSeconds * 1000);
    return answer(200, { month, url, url_expires_at, hash: closed.hash });
  },
);

export const verifyCertificate = endpoint(
  contract.verifyCertificate,
  async (
    { body, caller: { tenantId } },
    { months, certificates }: Pick<ReconciliationApiDeps, 'months' | 'certificates'>,
  ) => {
    const closed = await months.find(tenantId, body.month);
    if (!closed) throw notClosed(body.month);
    const original = readCertificate(await certificates.shelf.read(closed.files.json));
    const before = closed.previous_month === null ? undefined : await months.find(tenantId, closed.previous_month);
    // The table knows the hash as well: a stored file that was exchanged is found too.
    const stored = original.hash === closed.hash && (before?.hash ?? null) === closed.previous_hash;
    const chain_matches = stored && (body.previous_hash ?? null) === closed.previous_hash;
    const found = verify(original, body);
    const verification = {
      ...found,
      valid: found.valid && chain_matches,
      chain_matches,
      differing: [...found.differing],
    };
    return answer(200, verification, {
      target: { type: 'month', id: body.month },
      after: { valid: verification.valid },
    });
  },
);

function monthView({
  tenant_id: _tenant,
  files: _files,
  ...shown
}: ClosedMonth): z.output<typeof contract.closedMonthAnswerSchema> {
  return shown;
}

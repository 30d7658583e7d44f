import { expect, it, onTestFinished } from 'vitest';
import { startProduct } from '#test/support/product.ts';

const keys = {
  consumerKey: 'ck_0123456789abcdef0123456789abcdef01234567',
  consumerSecret: 'cs_0123456789abcdef0123456789abcdef01234567',
  appSecret: 'reconciliation-app-secret',
  supabaseSecret: 'sb_secret_0123456789abcdefghij',
};

it('reconciles, closes a month and hands out its files in the cloud, with the rights its roles give', async () => {
  const product = await startProduct({ orders: 40, keys });
  onTestFinished(() => product.stop());
  await product.connect();
  await product.sync('orders');
  const period = { start_date: '2026-09-15', end_date: '2026-11-15' };
  const started = await product.call('POST', '/api/reconciliation', period);
  expect(started).toMatchObject({ status: 202, json: { systems: ['woocommerce', 'quickbooks', 'supabase'] } });
  const path = `/api/reconciliation/${String(started.json.report_id)}`;
  let report = await product.call('GET', path);
  for (let looks = 0; !['completed', 'failed'].includes(String(report.json.status)) && looks < 20; looks += 1) {
    await product.cloud.idle(60_000);
    product.cloud.tick();
    report = await product.call('GET', path);
  }
  expect(report.json, report.text).toMatchObject({ status: 'completed', failure: null });
  const totals = report.json.totals as { system: string; gross: string }[];
  expect(new Set(totals.map(({ gross }) => gross)).size, report.text).toBe(1);
  expect(await product.call('GET', `/api/jobs/${String(started.json.report_id)}`)).toMatchObject({
    json: { status: 'completed', result_path: path },
  });

  const body = { report_id: started.json.report_id, accept_differences: true, note: 'Known.' };
  const closed = await product.call('POST', '/api/reconciliation/months/2026-10/close', body);
  expect(closed, closed.text).toMatchObject({ status: 200, json: { month: '2026-10' } });
  const file = async (from: string): Promise<string> => {
    const { json } = await product.call('GET', from);
    const reply = await fetch(String(json.url));
    expect(reply.status, from).toBe(200);
    return Buffer.from(await reply.arrayBuffer()).toString('latin1');
  };
  const certificate = await file('/api/reconciliation/months/2026-10/certificate?format=json');
  const checked = await product.call('POST', '/api/reconciliation/certificates/verify', JSON.parse(certificate));
  expect(checked.json).toMatchObject({ valid: true, differing: [] });
  expect(await file('/api/reconciliation/months/2026-10/certificate')).toMatch(/^%PDF-/);
  expect(await file('/api/reports/sales?start_date=2026-10-01&end_date=2026-10-31&system=quickbooks')).toMatch(
    /^%PDF-/,
  );
});

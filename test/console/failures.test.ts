import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstDay, openConsole, type Stage } from './support/console.ts';
import { contest, flow, inBooks } from './support/contest.ts';
import { expectDenied, expectHealed } from './support/expectations.ts';
import { badName, closedBooks } from './support/refusals.ts';

let stage: Stage;
let customer: number;
beforeAll(async () => {
  stage = await openConsole({ orders: 12 });
  const { company } = stage.product;
  // Refused as often as it is tried: mended by clearing it.
  company.failNext({ entity: 'Customer', operation: 'create', fault: badName, times: 1 });
  company.failNext({ entity: 'Invoice', operation: 'create', fault: closedBooks, times: 2 });
  await firstDay(stage.product);
  customer = await contest(stage.product);
});
afterAll(() => stage.close());

async function openFailures(): Promise<number> {
  const { json } = await stage.product.call('GET', '/api/sync/failures?state=open&limit=100');
  return (json.items as readonly unknown[]).length;
}

describe('failures', () => {
  it('are seen by cause with what to do, retried as a group, and gone', async () => {
    const before = await openFailures();
    expect(before).toBeGreaterThan(1);
    const page = await stage.open('/failures');
    const causes = page.getByRole('region', { name: 'Causes' });
    const closed = causes.getByRole('listitem').filter({ hasText: /closed/i });
    await closed.getByText('What to do').waitFor();

    await closed.getByRole('link').first().click();
    await page.waitForURL(/cause=/);
    const table = page.getByRole('table', { name: 'Records' });
    await table.getByRole('link').first().click();
    await page.getByRole('heading', { name: 'Why it did not arrive' }).waitFor();
    await page.getByRole('region', { name: 'What was sent' }).first().getByText('CustomerRef').waitFor();
    await page.goBack();

    await closed.getByRole('button', { name: /Try \d+ records? again/ }).click();
    await expectHealed(page, closed, stage.product);
    expect(await openFailures()).toBeLessThan(before);
  });

  it('that are left are chosen together, and everything has arrived in the end', async () => {
    const page = await stage.open('/failures');
    await page.getByRole('table', { name: 'Records' }).getByRole('link').first().waitFor();
    await page.getByRole('checkbox', { name: 'Select all rows' }).click();
    await page.getByText(/\d+ selected/).waitFor();
    await page.getByRole('button', { name: 'Try again', exact: true }).click();
    await stage.product.cloud.idle(60_000);
    // What was parked goes on by itself once its parent has arrived, or with everything else.
    while ((await openFailures()) > 0) {
      await stage.product.call('POST', '/api/sync/retry', {});
      await stage.product.cloud.idle(60_000);
    }
    await page.getByText('Everything arrived').first().waitFor();
  });

  it('cannot be retried by who only looks, and say why', async () => {
    const page = await stage.open('/failures', { role: 'viewer' });
    await expectDenied(page.getByRole('button', { name: 'Try all again' }), 'Manager');
  });
});

describe('a record', () => {
  it('is found by its number, with what it became in every system and a link to each', async () => {
    const order = [...stage.product.shop.shop.orders.values()].find(({ status }) => status === 'completed');
    const page = await stage.open('/records');
    await page.getByRole('searchbox', { name: 'Number' }).fill('no such number');
    await page.keyboard.press('Enter');
    await page.getByText('Nothing has the number no such number').waitFor();
    await page.getByRole('searchbox', { name: 'Number' }).fill(String(order?.id));
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: `WooCommerce · Order ${order?.id}` }).click();
    const systems = page.getByRole('list', { name: 'Where it is' });
    for (const name of ['WooCommerce', 'QuickBooks', 'Supabase'])
      await systems.getByRole('heading', { name }).waitFor();
    const links = await systems
      .getByRole('link', { name: 'Open' })
      .evaluateAll((all) => all.map((a) => a.getAttribute('href')));
    expect(links.some((href) => href?.includes('qbo.intuit.com'))).toBe(true);
    await page.getByRole('region', { name: 'What happened' }).getByText('Created').first().waitFor();
  });
});

describe('a conflict', () => {
  it('is decided field by field, and both sides then have the same', async () => {
    const page = await stage.open('/conflicts');
    await page
      .getByRole('table', { name: 'Conflicts' })
      .getByRole('link', { name: /Contested/ })
      .click();
    await page.getByRole('heading', { name: 'Whose version goes on?' }).waitFor();
    const phone = page.getByRole('row').filter({ hasText: '555 0202' });
    await phone.getByRole('radio', { name: 'QuickBooks' }).click();
    await page.getByRole('button', { name: 'Decide', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Decide', exact: true }).click();
    await page.getByText(/went on, decided by/).waitFor();
    await stage.product.cloud.idle(60_000);
    expect(inBooks(stage.product)).toMatchObject({ GivenName: 'Ida', PrimaryPhone: { FreeFormNumber: '555 0202' } });
    expect(stage.product.shop.shop.customers.get(customer)).toBeDefined();
    await stage.product.call('PUT', flow, {});
  });
});

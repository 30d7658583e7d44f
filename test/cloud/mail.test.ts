import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { describe, expect, it } from 'vitest';
import { createMailService } from '#local/cloud/emulators/mail-service.ts';
import { needsByService } from '#local/cloud/iam/needs.ts';
import { serve } from '#test/support/http.ts';

const place = { account: '000000000000', region: 'us-east-1', stackName: '', gatewayUrl: '', apiUrl: '' };

describe('SES', () => {
  it('takes on what it would send, and refuses the rest under its own names', async () => {
    const reports: string[] = [];
    const clock = { now: () => Date.parse('2026-03-01T12:00:00Z') };
    const service = createMailService({
      clock,
      verified: ['shop.example', 'one@other.example'],
      report: (line) => reports.push(line),
    });
    const needs: unknown[] = [];
    const server = await serve(async (request, body, response) => {
      const target = request.url ?? '/';
      const { method = '', headers } = request;
      const query = new URLSearchParams();
      const call = {
        service: 'ses',
        accessKeyId: '',
        method,
        target,
        path: target,
        query,
        headers,
        body,
        operation: '',
        place,
      };
      needs.push(needsByService.ses?.(call));
      const reply = service.handle(call);
      response.writeHead(reply.status, { ...reply.headers }).end(reply.body);
    });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new SESv2Client({ endpoint: server.url, region: place.region, credentials, maxAttempts: 1 });
    const send = (from: string, to: string[], subject = 'Hello') =>
      client
        .send(
          new SendEmailCommand({
            FromEmailAddress: from,
            Destination: { ToAddresses: to },
            Content: { Simple: { Subject: { Data: subject }, Body: { Text: { Data: 'Text' } } } },
          }),
        )
        .then(
          ({ MessageId }) => typeof MessageId,
          (error: Error) => error.name,
        );
    const ann = ['ann@people.example'];
    expect(await send('x@shop.example', ann)).toBe('string');
    expect(await send('EasySale <one@other.example>', ann)).toBe('string');
    expect(await send('two@other.example', ann)).toBe('MessageRejected');
    expect(await send('x@shop.example', [])).toBe('BadRequestException');
    expect(await send('x@shop.example', ['ann'])).toBe('BadRequestException');
    expect(await send('x@shop.example', Array(51).fill(ann[0]))).toBe('BadRequestException');
    expect(await send('x@shop.example', ann, 'Two\nlines')).toBe('BadRequestException');
    expect(service.mails()).toMatchObject([{ from: 'x@shop.example', to: ann }, { from: 'one@other.example' }]);
    expect(reports).toEqual(['mail to ann@people.example: Hello', 'mail to ann@people.example: Hello']);
    expect(needs[1]).toEqual([
      {
        action: 'ses:SendEmail',
        resource: 'arn:aws:ses:us-east-1:000000000000:identity/other.example',
        context: { 'ses:fromaddress': ['one@other.example'] },
      },
    ]);
    client.destroy();
    await server.close();
  });
});

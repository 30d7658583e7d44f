import { describe, expect, it } from 'vitest';
import { createHostGuard } from '#shared/platform/host-guard.ts';

const names: Readonly<Record<string, readonly string[]>> = {
  'shop.example': ['203.0.113.7', '2606:4700::6810:85e5'],
  'rebound.example': ['127.0.0.1'],
  'half-rebound.example': ['203.0.113.7', '10.0.0.5'],
  'metadata.example': ['169.254.169.254'],
  'mapped.example': ['::ffff:10.1.2.3'],
  'six.example': ['fd00:ec2::254'],
};
const asked: string[] = [];
const guard = createHostGuard(['127.0.0.1:4010'], async (host) => {
  asked.push(host);
  const addresses = names[host];
  if (!addresses) throw new Error('ENOTFOUND');
  return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
});

async function verdict(url: string): Promise<string> {
  const result = await guard.check(url);
  return result.ok ? 'allowed' : result.failure.code;
}

describe('the host guard', () => {
  it.each([
    'https://shop.example/wp-json/',
    'https://93.184.215.14/',
    'https://[2606:4700::6810:85e5]/',
    'http://127.0.0.1:4010/rest',
  ])('lets %s through', async (url) => {
    expect(await verdict(url)).toBe('allowed');
  });

  it.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f.0.0.1/',
    'https://0177.0.0.1/',
    'https://0.0.0.0/',
    'https://10.255.255.255/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://172.16.0.1/',
    'https://172.31.255.255/',
    'https://192.168.1.1/',
    'https://198.18.0.1/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://127.0.0.1:4011/',
  ])('refuses %s', async (url) => {
    expect(await verdict(url)).toBe('connection.address_refused');
  });

  it.each([
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://[::127.0.0.1]/',
    'https://[fd00:ec2::254]/',
    'https://[fe80::1]/',
    'https://[fec0::1]/',
    'https://[ff02::1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[64:ff9b:1::a00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001:0:1::]/',
  ])('refuses %s', async (url) => {
    expect(await verdict(url)).toBe('connection.address_refused');
  });

  it.each(['rebound', 'half-rebound', 'metadata', 'mapped', 'six'])(
    'refuses a public name that leads inside: %s.example',
    async (name) => {
      expect(await verdict(`https://${name}.example/`)).toBe('connection.address_refused');
    },
  );

  it('asks the name service again at every check, so a name that moves inside later is caught', async () => {
    asked.length = 0;
    await verdict('https://shop.example/');
    await verdict('https://shop.example/');

    expect(asked).toEqual(['shop.example', 'shop.example']);
  });

  it.each([
    'http://shop.example/',
    'ftp://shop.example/',
    'file:///etc/passwd',
    'https://user:secret@shop.example/',
    'not a url',
    '',
  ])('refuses %j', async (url) => {
    expect(await verdict(url)).toBe('connection.address_refused');
  });

  it('says that a name is unknown, which may pass', async () => {
    expect(await guard.check('https://mistyped.example/')).toMatchObject({
      ok: false,
      failure: { category: 'network', code: 'network.unknown_host', retryable: true },
    });
  });
});

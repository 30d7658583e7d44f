import { signedHeaders } from './aws-client.ts';

/** Creates a bucket unless it is there. */
export async function ensureBucket(url: string, region: string, bucket: string): Promise<void> {
  const headers = signedHeaders('s3', region);
  const existing = await fetch(`${url}/${bucket}`, { method: 'HEAD', headers });
  if (existing.ok) return;
  const created = await fetch(`${url}/${bucket}`, { method: 'PUT', headers });
  if (!created.ok) throw new Error(`bucket ${bucket} was not created: ${await created.text()}`);
}

/** Creates a topic unless it is there: creating is idempotent in SNS. */
export async function ensureTopic(url: string, region: string, topic: string): Promise<void> {
  const reply = await fetch(`${url}/`, {
    method: 'POST',
    headers: {
      ...signedHeaders('sns', region),
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ Action: 'CreateTopic', Version: '2010-03-31', Name: topic }).toString(),
  });
  if (!reply.ok) throw new Error(`topic ${topic} was not created: ${await reply.text()}`);
}

import { fieldDiff } from '../core/field-diff.ts';
import { canonicalJson, sha256Hex } from '../core/json.ts';
import { type Certificate, type StoredCertificate, storedCertificateSchema } from '../model/month.ts';

export function certificateHash({ hash: _hash, ...content }: Readonly<Record<string, unknown>>): string {
  return sha256Hex(canonicalJson(content));
}

/** The certificate with its hash. */
export function sealed(content: Omit<Certificate, 'hash'>): Certificate {
  return { ...content, hash: certificateHash(content) };
}

export interface Verification {
  readonly valid: boolean;
  /** Whether the hash in the certificate is that of its content. */
  readonly hash_matches: boolean;
  /** Members that are not as they were when the month was closed, by path. */
  readonly differing: readonly { readonly path: string; readonly expected?: unknown; readonly found?: unknown }[];
}

/** More than a person looks through. */
const mostShown = 100;

/** Compares a certificate that somebody shows with the one that was made; names each place where they differ. */
export function verifyCertificate(original: StoredCertificate, shown: Readonly<Record<string, unknown>>): Verification {
  const hash_matches = certificateHash(shown) === shown.hash;
  const differing = fieldDiff(original, shown)
    .slice(0, mostShown)
    .map(({ path, ...sides }) => ({
      path,
      ...('before' in sides ? { expected: sides.before } : {}),
      ...('after' in sides ? { found: sides.after } : {}),
    }));
  return { valid: hash_matches && differing.length === 0 && shown.hash === original.hash, hash_matches, differing };
}

/** @throws Error when what is stored is no certificate any more. */
export function readCertificate(bytes: Uint8Array): StoredCertificate {
  return storedCertificateSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
}

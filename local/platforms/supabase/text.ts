/**
 * Splits at `separator` outside quotes, parentheses and braces; `undefined` when those do not balance.
 * PostgREST's lists (`select`, `or`, `in`) all nest this way.
 */
export function splitTopLevel(text: string, separator = ','): string[] | undefined {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let part = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quoted && char === '\\') {
      part += char + text.charAt(at + 1);
      at += 1;
      continue;
    }
    if (char === '"') quoted = !quoted;
    else if (!quoted && (char === '(' || char === '{')) depth += 1;
    else if (!quoted && (char === ')' || char === '}')) depth -= 1;
    if (depth < 0) return undefined;
    if (char === separator && depth === 0 && !quoted) {
      parts.push(part);
      part = '';
    } else part += char;
  }
  if (depth !== 0 || quoted) return undefined;
  return [...parts, part];
}

/** `"a\"b"` becomes `a"b`; anything that is not wholly quoted stays as it is (`"c""d"` is such a text). */
export function unquote(text: string): string {
  const inner = /^"((?:[^"\\]|\\.)*)"$/s.exec(text)?.[1];
  return inner === undefined ? text : inner.replaceAll(/\\(.)/gs, '$1');
}
